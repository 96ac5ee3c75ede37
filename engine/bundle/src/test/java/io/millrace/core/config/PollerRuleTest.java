package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Pollers;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollerRuleTest {
    private static final String PORT = "type = af-xdp, interface = eth1, queues = [0, 1]";

    private static EngineConfig read(String engine, String a, String b) {
        return EngineConfig.parse("millrace {\n engine { " + engine + " }\n ports {\n a { " + a + " }\n b { " + b
                + " }\n }\n pipeline = [{ stage = drop }]\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type = af-xdp, interface = eth2, queues = [0, 2], umem = a",
                "type = af-xdp, interface = eth2, queues = all",
                "type = udp, bind = \"*:9\", reuse-port = on",
                "type = tcp, bind = \"*:9\", reuse-port = on",
                "type = tcp, connect = \"127.0.0.1:9\"",
            })
    void shouldTake(String port) {
        EngineConfig config = read("pollers = per-queue", PORT, port);
        assertEquals(Pollers.PER_QUEUE, config.engine().get(EngineKeys.POLLERS));
        assertEquals(config, EngineConfig.parse(config.render()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type = af-xdp, interface = eth2 | config:5: ports.b.queues are 1, but those of port a 2; pollers ="
                        + " per-queue needs "
                        + "as many in each",
                "type = udp, bind = \"*:9\" | config:5: ports.b.reuse-port is off, but pollers = per-queue gives"
                        + " each poller a "
                        + "socket of its own; set it to on",
                "type = udp, bind = \"*:0\", reuse-port = on | config:5: ports.b.bind has port 0, and pollers ="
                        + " per-queue"
                        + " gives each poller a socket, which would be a port each; write the number of one",
                "type = tcp, bind = \"[::1]:0\", reuse-port = on | config:5: ports.b.bind has port 0, and pollers ="
                        + " per-queue gives each poller a socket, which would be a port each; write the number of one",
                "type = tcp, bind = \"*:9\" | config:5: ports.b.reuse-port is off, but pollers = per-queue gives"
                        + " each poller a "
                        + "socket of its own; set it to on",
            })
    void shouldRefuse(String port, String problem) {
        assertEquals(
                problem,
                assertThrows(ConfigException.class, () -> read("pollers = per-queue", PORT, port))
                        .getMessage());
    }

    @Test
    void shouldRefuseSocketsAlone() {
        String udp = "type = udp, reuse-port = on, bind = ";
        assertEquals(
                "config:4: engine.pollers is per-queue, but no port of type af-xdp has queues; use one",
                assertThrows(
                                ConfigException.class,
                                () -> read("pollers = per-queue", udp + "\"*:9\"", udp + "\"*:10\""))
                        .getMessage());
    }

    @Test
    void shouldCountTheFramesOfEachPoller() {
        String port = PORT + ", frames = 4096";
        String other = "type = udp, bind = \"*:9\", reuse-port = on";
        assertEquals(2, read("pollers = per-queue", port, other).ports().size());
        assertThrows(ConfigException.class, () -> read("", port, other));
    }

    @Test
    void shouldPinEachPoller() {
        CpuPlan cpus = CpuPlan.of(
                read("pollers = per-queue, cpus { pollers = [3, 5] }", PORT, "type = tcp, connect = \"127.0.0.1:9\"")
                        .engine());
        assertEquals(OptionalInt.of(5), cpus.ofPoller(1));
        assertEquals(OptionalInt.of(3), cpus.ofPoller(2));
        assertEquals(List.of(3, 5), cpus.pollers());
        assertEquals(
                "config:2: engine.cpus.poller is for one poller, but pollers is per-queue; use cpus.pollers",
                assertThrows(
                                ConfigException.class,
                                () -> read(
                                        "pollers = per-queue, cpus { poller = 1 }",
                                        PORT,
                                        "type = tcp, connect = \"127.0.0.1:9\""))
                        .getMessage());
        assertEquals(
                "config:2: engine.cpus.pollers is for a poller a queue, but pollers is one; use cpus.poller",
                assertThrows(
                                ConfigException.class,
                                () -> read("cpus { pollers = [1] }", PORT, "type = tcp, connect = \"127.0.0.1:9\""))
                        .getMessage());
    }
}

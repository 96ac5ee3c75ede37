package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.SettingsText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that look like numbers are read, and printed, as they stand in the file. */
class WrittenValueTest {
    private static EngineConfig read(String ports, String stages) {
        return EngineConfig.parse("millrace {\nports { " + ports + " }\npipeline = [ " + stages + " ]\n}");
    }

    private static String problem(String ports, String stages) {
        return assertThrows(ConfigException.class, () -> read(ports, stages)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "1e3", "0x10", "1.50", "true", "1_000", "-0", "12345678901"})
    void shouldReadTheNameOfAnInterface(String name) throws IOException {
        EngineConfig config = read(
                "p { type = af-xdp, accept = all, interface = " + name + " }, u { type = udp,"
                        + " bind = \"*:9\", multicast = [{ group = \"239.1.1.1\", interface = " + name + " }] }",
                "{ stage = drop }");
        assertEquals(name, SettingsText.value(config.ports().getFirst(), "interface"));
        assertEquals(name, config.ports().get(1).interfaceNames().getFirst());
        assertEquals(config, EngineConfig.parse(config.render()));
    }

    @Test
    void shouldReadItInAnOverrideAndInASubstitution(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.conf"),
                "nic = 007\nmillrace { ports { p { type = af-xdp,"
                        + " accept = all, interface = ${nic} } }, pipeline = [{ stage = drop }] }");
        assertEquals("007", SettingsText.value(EngineConfig.load(file).ports().getFirst(), "interface"));
        assertEquals(
                "008",
                SettingsText.value(
                        EngineConfig.load(file, Map.of("ports.p.interface", "008"))
                                .ports()
                                .getFirst(),
                        "interface"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "1", "1e3", "true"})
    void shouldReadTheNameOfAPort(String name) {
        EngineConfig config = read(
                name + " { type = af-xdp, accept = all, interface = eth1 }, q { type = af-xdp,"
                        + " accept = all, interface = eth2, umem = " + name + " }",
                "{ stage = forward, to = " + name + " }");
        assertEquals(
                Set.of(name, "q"),
                config.ports().stream().map(PortSettings::name).collect(Collectors.toSet()));
        assertTrue(
                config.ports().stream().anyMatch(port -> Optional.of(name).equals(SettingsText.value(port, "umem"))));
        assertEquals(
                name, config.pipeline().getFirst().stages().getFirst().config().getString("to"));
        assertEquals(config, EngineConfig.parse(config.render()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "1e3"})
    void shouldReadTheNameOfAStage(String name) {
        EngineConfig config = read("u { type = udp, bind = \"*:9\" }", "{ stage = count, name = " + name + " }");
        assertEquals(name, config.pipeline().getFirst().stages().getFirst().name());
        assertEquals(config, EngineConfig.parse(config.render()));
    }

    @Test
    void shouldPrintTheSettingsOfAStageAsTheyWereWritten() {
        EngineConfig config = read(
                "u { type = udp, bind = \"*:9\" }",
                "{ class = a.B, config { id = 007, rate = 1e3, list = [1.50, \"007\", on, null], deep { x = -0 } } }");
        String printed = config.render();
        assertTrue(
                printed.contains(
                        "{\"deep\":{\"x\":-0},\"id\":007," + "\"list\":[1.50,\"007\",\"on\",null],\"rate\":1e3}"),
                printed);
        EngineConfig again = EngineConfig.parse(printed);
        assertEquals(config, again);
        assertEquals(
                "007", again.pipeline().getFirst().stages().getFirst().config().getString("id"));
        assertEquals(7, again.pipeline().getFirst().stages().getFirst().config().getInt("id"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type = udp, bind = 0900 | ports.p.bind is 0900",
                "type = udp, bind = `*:9`, batch = 1e-3 | ports.p.batch is 1e-3; write a whole number, 1 to 4096",
                "type = tcp, bind = `*:9`, idle-timeout = 005 | ports.p.idle-timeout is 005",
            })
    void shouldNameValuesAsTheyWereWritten(String port, String problem) {
        String message = problem("p { " + port.replace('`', '"') + " }", "{ stage = drop }");
        assertTrue(message.contains(problem), message);
    }
}

package io.millrace.harness.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.engine.Engine;
import io.millrace.engine.config.MillraceConfig;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterLinesTest {
    private static final String CONFIG = """
        millrace { ports { p { type = udp, bind = "127.0.0.1:0" } }, pipeline = [ { stage = count } ] }
        """;

    /** Those of an engine that gets one datagram between the first and the second. */
    private static List<String> lines(CounterLines lines) throws Exception {
        List<String> told = new ArrayList<>();
        Engine engine = Engine.builder(MillraceConfig.parse(CONFIG)).start();
        try (engine; DatagramSocket sender = new DatagramSocket()) {
            told.add(lines.started(engine.statistics()));
            String[] local = engine.statistics().ports().getFirst().local().split(":");
            sender.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(local[0], Integer.parseInt(local[1]))));
            while (engine.statistics().stages().getFirst().frames() == 0) {
                Thread.onSpinWait();
            }
            told.add(lines.next(engine.statistics()));
        }
        told.add(lines.total(engine.statistics()));
        return told;
    }

    @Test
    void shouldTellToolsEverythingOnALineEach() throws Exception {
        List<String> told = lines(new JsonLines(() -> Map.of("stdout_dropped", 7)));
        List<Config> parsed = told.stream().map(ConfigFactory::parseString).toList();
        assertTrue(told.stream().allMatch(line -> line.startsWith("{") && line.lines().count() == 1), told::toString);
        assertEquals(List.of(0L, 1L, 1L), parsed.stream().map(one -> one.getLong("ports.p.rx_frames")).toList());
        assertTrue(parsed.stream().allMatch(one -> one.hasPath("alloc_bytes") && one.hasPath("stages.count.frames")));
        assertTrue(parsed.stream().allMatch(one -> one.getLong("output.stdout_dropped") == 7));
        assertTrue(parsed.get(0).getLong("time_ns") < parsed.get(1).getLong("time_ns"));
        assertTrue(parsed.get(2).getLong("time_ns") - System.nanoTime() <= 0);
    }

    @Test
    void shouldTellPeopleRates() throws Exception {
        List<String> told = lines(new TextLines());
        assertTrue(told.get(0).startsWith("running  p: udp 127.0.0.1:"), told::toString);
        assertFalse(told.get(1).contains(" rx 0/s"), told::toString);
        assertTrue(told.get(2).startsWith("stopped after ") && told.get(2).contains("p (udp): rx 1 "), told::toString);
    }
}

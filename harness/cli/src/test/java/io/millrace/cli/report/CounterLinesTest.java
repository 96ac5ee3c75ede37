package io.millrace.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterLinesTest {
    private static final String CONFIG = """
        millrace { ports { p { type = udp, bind = "127.0.0.1:0" } }, pipeline = [ { stage = count } ] }
        """;

    /** Prints the lines of an engine that gets one datagram between the first and the second line. */
    private static List<String> lines(CounterLines lines) throws Exception {
        return lines(lines, CONFIG);
    }

    private static List<String> lines(CounterLines lines, String config) throws Exception {
        List<String> told = new ArrayList<>();
        Engine engine = Engine.builder(EngineConfig.parse(config)).start();
        try (engine;
                DatagramSocket sender = new DatagramSocket()) {
            told.add(lines.started(engine.statistics()));
            String[] local = engine.statistics().ports().getFirst().local().split(":");
            sender.send(
                    new DatagramPacket(new byte[1], 1, new InetSocketAddress(local[0], Integer.parseInt(local[1]))));
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
        assertTrue(
                told.stream()
                        .allMatch(line -> line.startsWith("{") && line.lines().count() == 1),
                told::toString);
        assertEquals(
                List.of(0L, 1L, 1L),
                parsed.stream().map(one -> one.getLong("ports.p.rx_frames")).toList());
        assertTrue(parsed.stream().allMatch(one -> one.hasPath("alloc_bytes") && one.hasPath("stages.count.frames")));
        assertTrue(parsed.stream().allMatch(one -> one.getLong("output.stdout_dropped") == 7));
        assertTrue(parsed.stream()
                .allMatch(one -> Instant.parse(one.getString("time")).isBefore(Instant.now())));
        assertTrue(parsed.get(0).getLong("time_ns") < parsed.get(1).getLong("time_ns"));
        assertTrue(parsed.get(2).getLong("time_ns") - System.nanoTime() <= 0);
    }

    @Test
    void shouldTellPeopleRates() throws Exception {
        List<String> told = lines(new TextLines());
        assertTrue(told.get(0).startsWith("running  p: udp 127.0.0.1:"), told::toString);
        List<String> lines = told.get(1).lines().toList();
        assertEquals(2, lines.size(), told::toString);
        assertTrue(lines.get(0).startsWith("time     port "), told::toString);
        assertTrue(lines.get(1).matches("\\d\\d:\\d\\d:\\d\\d p +[1-9][\\d.k]* +0 .*% +-"), told::toString);
        assertTrue(
                told.get(2).startsWith("stopped after ") && told.get(2).contains("\n  p: rx 1 tx 0 "), told::toString);
    }

    @Test
    void shouldTakeNoFrameForLostThatAStageDropped() throws Exception {
        List<String> told = lines(new TextLines(), CONFIG.replace("count", "drop"));
        assertTrue(told.get(2).contains("\n  p: rx 1 tx 0 ended 1 lost 0 kernel 0 home "), told::toString);
    }

    @Test
    void shouldTellOfEachPortOnALineOfEightyColumns() {
        TextLines lines = new TextLines();
        String ports = IntStream.range(0, 5)
                .mapToObj(i -> "port-" + i + " { type = udp, bind = \"127.0.0.1:0\" }")
                .collect(Collectors.joining("\n"));
        try (Engine engine = Engine.builder(
                        EngineConfig.parse("millrace { ports { " + ports + " }, pipeline = [ { stage = count } ] }"))
                .start()) {
            List<String> told = new ArrayList<>(List.of(lines.started(engine.statistics())));
            for (int i = 0; i < 5; i++) {
                told.add(lines.next(engine.statistics()));
            }
            told.add(lines.total(engine.statistics()));
            List<String> all = told.stream().flatMap(String::lines).toList();
            assertEquals(5 + 5 * 5 + 2 + 1 + 5, all.size(), all::toString); // with the head of the columns twice
            assertEquals(
                    List.of(), all.stream().filter(line -> line.length() > 80).toList());
        }
    }

    @Test
    void shouldCountEachKindOfDropAsLostButThatOfStages() {
        for (PortCounter counter : PortCounter.values()) {
            if (counter.name().startsWith("DROPPED_")) {
                assertEquals(counter != PortCounter.DROPPED_BY_STAGE, counter.isLoss(), counter::name);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.4, <1",
        "7, 7",
        "999.4, 999",
        "999.6, 1.00k",
        "1234, 1.23k",
        "99960, 100k",
        "9996, 10.0k",
        "3512345, 3.51M",
        "999600, 1.00M",
        "4.1e9, 4.10G"
    })
    void shouldFitRatesIntoFiveCharacters(double value, String text) {
        assertEquals(text, CompactNumber.of(value));
    }
}

package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Ratio;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateReportTest {
    private static final Settings WAIT = new Settings(2, 1, 1, 1, 64, 0, 0, 1, 1, 0, Mode.WAIT);

    private static Round datagrams(String contender, double rate, double cpuNs, double waited) {
        return new Round(
                contender,
                new Round.Rates(rate, 2 * rate, rate, 1),
                new Round.Cost(cpuNs, cpuNs / 4, 2.5, 0),
                Round.Latency.NONE,
                Double.NaN,
                waited,
                CpuDistance.UNKNOWN,
                "",
                "");
    }

    private static Round messages(String contender, double rate, double p50Ns) {
        return new Round(
                contender,
                new Round.Rates(rate, Double.NaN, Double.NaN, 1),
                new Round.Cost(1_000, 100, Double.NaN, 0),
                new Round.Latency(p50Ns, 2 * p50Ns, 3 * p50Ns, 4 * p50Ns),
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
    }

    private static List<String> print(Suite suite, String names, Round... rounds) {
        List<Contender> contenders = new Contenders(suite.family(), Path.of("")).of(List.of(names.split(",")));
        StringWriter out = new StringWriter();
        new RateReport(suite, WAIT, contenders, List.of(rounds)).section().print(new PrintWriter(out));
        return out.toString().lines().toList();
    }

    @Test
    void shouldShowMediansAndTheEnginesRatiosOfTurnsBesideEachOther() {
        List<String> lines = print(
                Suite.UDP_SINK,
                "c-mmsg,engine",
                datagrams("c-mmsg", 1e6, 800, 0),
                datagrams("engine", 0.5e6, 1_600, 0),
                datagrams("engine", 2e6, 400, 0),
                datagrams("c-mmsg", 2e6, 400, 0));
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("million datagrams/s"), lines.getFirst());
        assertEquals(
                "c-mmsg|recvmmsg of 64, sleeps|1.500 (1.000..2.000)|3.000|50.00 %|600|150|2.5", columns(lines.get(1)));
        assertEquals("engine|idle = wait|1.250 (0.500..2.000)|2.500|50.00 %|1000|250|2.5", columns(lines.get(2)));
        assertEquals(
                "  engine / c-mmsg: rate 0.75 (0.50..1.00), CPU 1.50 (1.00..2.00); 2 turns beside each other",
                lines.get(3));
    }

    @Test
    void shouldShowLatenciesOfMessages() {
        List<String> lines = print(
                Suite.TCP_ECHO_64X1,
                "engine,c-epoll",
                messages("engine", 40_000, 20_000),
                messages("c-epoll", 50_000, 10_000));
        assertEquals(
                "engine|idle = wait|40.0 (40.0..40.0)|20.0 (20.0..20.0)|40.0|60.0|80.0|1000|100|-",
                columns(lines.get(1)));
        assertEquals(
                "  engine / c-epoll: rate 0.80 (0.80..0.80), p50 2.00 (2.00..2.00), CPU 1.00 (1.00..1.00); 1 turn",
                lines.get(3));
    }

    @Test
    void shouldLeaveDisturbedTurnsOutUnlessSomeoneHasNoOther() {
        List<String> lines = print(
                Suite.UDP_SINK,
                "engine,nio",
                datagrams("engine", 1e6, 800, 0),
                datagrams("nio", 1e6, 800, 0),
                datagrams("nio", 1e6, 800, 0),
                datagrams("engine", 9e6, 800, 0.5));
        assertTrue(lines.get(1).contains("1.000 (1.000..1.000)"), lines.get(1));
        assertEquals(
                "  1 of 4 turns were disturbed, something else had their CPUs: they are left out", lines.getLast());
        lines = print(Suite.UDP_SINK, "engine,nio", datagrams("engine", 1e6, 800, 0.5), datagrams("nio", 1e6, 800, 0));
        assertTrue(lines.get(1).contains("1.000 (1.000..1.000)"), lines.get(1));
        assertTrue(lines.getLast().endsWith("do not quote these figures"), lines.getLast());
    }

    @Test
    void shouldShowNoFigureWhereThereIsNone() {
        List<String> lines = print(
                Suite.UDP_ECHO, "engine,nio", datagrams("engine", 1e6, 800, 0), datagrams("nio", 0, Double.NaN, 0));
        assertTrue(lines.getLast().startsWith("  engine / nio: no undisturbed turns of both"), lines.getLast());
    }

    @Test
    void shouldMarkTurnsThatTheGeneratorLimitedAndThoseNotAccountedFor() {
        Round bound = new Round(
                "engine",
                new Round.Rates(1e6, 1e6, 0, 1),
                new Round.Cost(1, 1, 0, 0),
                Round.Latency.NONE,
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
        List<String> lines = print(Suite.UDP_SINK, "engine,nio", bound, Round.failed("nio", "did not start: no"));
        assertTrue(lines.contains("  a turn of nio was not accounted for: did not start: no"), lines::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("  the generator was the limit of engine:")),
                lines::toString);
    }

    private static Round paced(String contender, double offered) {
        return new Round(
                contender,
                new Round.Rates(offered, offered, 0, 1),
                new Round.Cost(1, 1, 0, 0),
                Round.Latency.NONE,
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
    }

    private static List<Ratio> pacedRatios(double engine, double peer) {
        Settings settings = new Settings(1, 1, 1, 1, 64, 1.5e6, 0, 1, 1, 0, Mode.BUSY);
        return new RateReport(
                        Suite.UDP_SINK,
                        settings,
                        new Contenders(Family.UDP, Path.of("")).of(List.of("engine", "nio")),
                        List.of(paced("engine", engine), paced("nio", peer)))
                .section()
                .ratios();
    }

    @Test
    void shouldSayThatLoadsWereNotEqualAtAPace() {
        for (Ratio ratio : pacedRatios(1.38e6, 1.5e6)) {
            assertEquals("their loads were not equal, 1.380 and 1.500 million/s", ratio.caveat(), ratio::figure);
        }
        assertTrue(pacedRatios(1.495e6, 1.5e6).stream()
                .allMatch(ratio -> ratio.caveat().isEmpty()));
    }

    @Test
    void shouldNotRankWhoTookAllOfLessBehindWhoWasOfferedMore() {
        Round less = paced("engine", 1e6);
        Round more = new Round(
                "nio",
                new Round.Rates(1.2e6, 2e6, 0.8e6, 1),
                new Round.Cost(1, 1, 0, 0),
                Round.Latency.NONE,
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
        List<String> lines = print(Suite.UDP_SINK, "engine,nio", less, more);
        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.contains("rate 0.83 (0.83..0.83) (not comparable: their loads were not"
                                + " equal, 1.000 and 2.000 million/s, and who had less took all of it), CPU 1.00")),
                lines::toString);
    }

    private static Round rising(String contender, double rise) {
        return new Round(
                contender,
                new Round.Rates(1e6, 2e6, 1e6, rise),
                new Round.Cost(1, 1, 0, 0),
                Round.Latency.NONE,
                Double.NaN,
                0,
                CpuDistance.UNKNOWN,
                "",
                "");
    }

    /** One turn may have met a slow phase of the host. */
    @Test
    void shouldMarkWhoWasStillGettingBetterInMostTurns() {
        List<String> lines = print(
                Suite.UDP_SINK,
                "engine,nio",
                rising("engine", 1.05),
                rising("engine", 1.5),
                rising("nio", 1.3),
                rising("nio", 1.2));
        assertTrue(lines.get(1).startsWith("  engine "), lines::toString);
        assertTrue(lines.get(2).startsWith("  nio, not hot "), lines::toString);
        assertTrue(
                lines.contains("  nio was not hot: in the second half of its turns it was 1.25 times as good as in the"
                        + " first, by its rate or its CPU time; measure again with a longer --warm-up"),
                lines::toString);
        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.contains("rate 1.00 (1.00..1.00) (not comparable: nio was not hot)")),
                lines::toString);
        assertEquals(
                "a was not hot", RateReport.coldCaveat("a", List.of(rising("a", 2)), "b", List.of(rising("b", 1))));
        assertEquals(
                "a and b were not hot",
                RateReport.coldCaveat("a", List.of(rising("a", 2)), "b", List.of(rising("b", 2))));
        assertEquals("", RateReport.coldCaveat("a", List.of(rising("a", Double.NaN)), "b", List.of()));
    }

    @Test
    void shouldTellBothHalvesByTheRateOrByTheCpuTime() {
        Window start = new Window(0, new CpuUse(0, 0, 0, 0), new CpuUse(0, 0, 0, 0), 0);
        Window middle = new Window(1_000, new CpuUse(600, 0, 0, 0), new CpuUse(0, 0, 0, 0), 0);
        Window end = new Window(2_000, new CpuUse(1_000, 0, 0, 0), new CpuUse(0, 0, 0, 0), 0);
        assertEquals(4.5, Window.rise(start, middle, end, 10, 30), 1e-9);
        assertEquals(1.5, Window.rise(start, middle, end, 10, 10), 1e-9);
        assertTrue(Double.isNaN(Window.rise(start, middle, end, 0, 10)));
    }

    @Test
    void shouldTellToolsOnlyWhatWasMeasured() {
        Map<String, Object> json = RoundJson.of(Suite.UDP_SINK, WAIT, datagrams("engine", 1e6, 800, 0));
        assertEquals("udp-sink", json.get("suite"));
        assertEquals("waiting", json.get("mode"));
        assertEquals(1e6, json.get("dropped_per_second"));
        assertFalse(json.containsKey("p50_ns"));
    }

    private static String columns(String line) {
        return line.strip().replaceAll(" {2,}", "|");
    }
}

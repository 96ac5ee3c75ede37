package io.millrace.lab.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final List<Double> LOW = List.of(1.0, 1.1, 1.2, 1.3);
    private static final List<Double> HIGH = List.of(1.31, 1.4, 1.5, 1.6);

    static Results results(List<Double> rate, List<Double> delay) {
        Chart rates = Chart.bars(
                "frames a second",
                Unit.PER_SECOND,
                Better.HIGHER,
                List.of(Chart.bar("engine", "as it is", rate), Chart.bar("c <&>", "", LOW)));
        Chart delays = new Chart(
                "round trip",
                Kind.PERCENTILES,
                Unit.NANOSECONDS,
                Better.LOWER,
                "share of the frames",
                List.of(new Series(
                        "engine", "", List.of(new Point(0.5, LOW), new Point(0.99, delay), new Point(1, delay)))));
        Chart scale = new Chart(
                "cost",
                Kind.SCALING,
                Unit.NANOSECONDS,
                Better.LOWER,
                "rules",
                List.of(new Series("engine", "", List.of(new Point(1, LOW), new Point(10_000, List.of())))));
        return new Results(
                "2026-01-02T03:04:05Z",
                "bench",
                Map.of("kernel", "6 & more"),
                List.of(new Section(
                        "afxdp-rx",
                        "receive",
                        new Table(List.of("", "x"), List.of(List.of("engine", "<1>"))),
                        List.of(rates, delays, scale),
                        List.of(new Ratio("rate", "engine", "c", Better.HIGHER, rate)),
                        List.of("a note"),
                        List.of(
                                started("engine", "run a.conf"),
                                started("c", "c <x>"),
                                started("engine", "run a.conf")))),
                List.of());
    }

    private static Map<String, Object> started(String contender, String command) {
        return Map.of("contender", contender, "command", command);
    }

    private static Change change(List<Change> changes, String what) {
        return changes.stream()
                .filter(change -> change.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldTellChangesThatAreLargerThanTheNoise() {
        List<Change> changes = Comparison.of(results(LOW, HIGH), results(HIGH, HIGH));
        assertEquals("better", change(changes, "rate, engine / c").verdict());
        assertEquals("better", change(changes, "frames a second, engine").verdict());
        assertEquals(
                "within the noise", change(changes, "frames a second, c <&>").verdict());
        assertEquals(1.45 / 1.15, change(changes, "rate, engine / c").factor(), 1e-9);
        assertEquals(
                "worse",
                change(Comparison.of(results(HIGH, LOW), results(LOW, LOW)), "rate, engine / c")
                        .verdict());
        assertEquals(
                "worse",
                change(
                                Comparison.of(results(LOW, LOW), results(LOW, HIGH)),
                                "round trip, engine at share of the frames 0.99")
                        .verdict());
        assertEquals(
                "rate, engine / c", Comparison.table(changes).rows().getFirst().get(1));
    }

    @Test
    void shouldTellNoFactorOfWhatWasNothing() {
        List<Double> nothing = List.of(0.0, 0.0, 0.0, 0.0);
        List<Change> changes = Comparison.of(results(nothing, LOW), results(LOW, LOW));
        assertEquals("-", Comparison.table(changes).rows().getFirst().get(4));
        assertEquals("better", change(changes, "rate, engine / c").verdict());
    }

    @Test
    void shouldTakeRangesThatTouchOrAreOfFewTurnsForNoise() {
        assertFalse(change(
                        Comparison.of(results(LOW, LOW), results(List.of(1.3, 2.0, 2.0, 2.0), LOW)), "rate, engine / c")
                .isReal());
        assertFalse(change(Comparison.of(results(List.of(1.0), LOW), results(List.of(9.0), LOW)), "rate, engine / c")
                .isReal());
        assertFalse(change(
                        Comparison.of(results(LOW.subList(0, 3), LOW), results(HIGH.subList(0, 3), LOW)),
                        "rate, engine / c")
                .isReal());
    }

    @Test
    void shouldKnowHowOftenChanceSeparatesTurns() {
        assertEquals(2.0 / 252, Comparison.chance(5, 5), 1e-12);
        assertEquals(1, Comparison.chance(1, 1), 1e-12);
        assertEquals(2.0 / 35, Comparison.chance(3, 4), 1e-12);
    }

    @Test
    void shouldReadWhatWasWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        Results written = results(LOW, HIGH);
        ResultsJson.write(written, file);
        Section read = ResultsJson.read(file).sections().getFirst();
        assertEquals(written.sections().getFirst().charts(), read.charts());
        assertEquals(written.sections().getFirst().ratios(), read.ratios());
        assertEquals(written.started(), ResultsJson.read(file).started());
    }

    @Test
    void shouldRefuseFilesOfOthers(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("x.json");
        assertThrows(IOException.class, () -> ResultsJson.read(file));
        for (String text : List.of("{}", "{\"version\": 1}", "<html>", "{\"version\": 2}")) {
            Files.writeString(file, text);
            assertTrue(assertThrows(IOException.class, () -> ResultsJson.read(file), text)
                    .getMessage()
                    .contains("x.json"));
        }
    }
}

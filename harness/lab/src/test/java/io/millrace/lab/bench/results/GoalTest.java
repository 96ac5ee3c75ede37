package io.millrace.lab.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Goal.Reading;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalTest {
    private static final List<Section> SECTIONS = List.of(
            section(
                    "echo",
                    List.of("engine", "slow"),
                    ratio("rate", Better.HIGHER, "slow", 1.5, 1.7, 1.6),
                    ratio("rate", Better.HIGHER, "fast", 0.9, 1.1, 1.05),
                    ratio("CPU", Better.LOWER, "slow", 0.4),
                    ratio("CPU", Better.LOWER, "fast", 0.8),
                    ratio("CPU", Better.LOWER, "absent")),
            section("frames", List.of()));

    private static Section section(String suite, List<String> limited, Ratio... ratios) {
        double scale = suite.equals("frames") ? 4 : 1;
        Chart rates = Chart.bars(
                "a second",
                Unit.PER_SECOND,
                Better.HIGHER,
                List.of(
                        Chart.bar("engine", "", List.of(2 * scale, 1 * scale, 3 * scale)),
                                Chart.bar("slow", "", List.of(1.0)),
                        Chart.bar("fast", "", List.of(2.0, 1.0, 4.0)), Chart.bar("absent", "", List.of())));
        Chart heap = Chart.bars(
                "heap",
                Unit.BYTES,
                Better.LOWER,
                List.of(Chart.bar("engine", "", List.of(0.0)), Chart.bar("engine-2", "", List.of(0.1, 0.3, 0.2))));
        return new Section(
                suite,
                "",
                new Table(List.of(), List.of()),
                List.of(rates, heap),
                List.of(ratios),
                List.of(),
                limited,
                List.of());
    }

    private static Ratio ratio(String figure, Better better, String other, Double... samples) {
        return new Ratio(figure, "engine", other, better, List.of(samples));
    }

    private static Reading read(Function<List<Section>, Optional<Reading>> reading) {
        return reading.apply(SECTIONS).orElseThrow();
    }

    private static GoalResult result(Better better, double aim, double... samples) {
        return Goal.ratio("a goal", better, aim, sections -> Optional.of(new Reading(Spread.of(samples), "c")))
                .in(SECTIONS);
    }

    @Test
    void shouldTakeWhomTheEngineFaresWorstWith() {
        Reading rate = read(Readings.ratio("echo", "rate", "engine", List.of("slow", "fast", "absent")));
        assertEquals("fast", rate.against());
        assertEquals(new Spread(1.05, 0.9, 1.1), rate.spread());
        assertEquals(
                "fast",
                read(Readings.ratio("echo", "CPU", "engine", List.of("slow", "fast", "absent")))
                        .against());
    }

    @Test
    void shouldSayWhereTheSenderWasTheLimitOfBoth() {
        GoalResult limited = Goal.ratio(
                        "a goal", Better.HIGHER, 1, Readings.ratio("echo", "rate", "engine", List.of("slow")))
                .in(SECTIONS);
        assertEquals("not comparable", limited.verdict());
        assertFalse(limited.isReached());
        assertTrue(
                read(Readings.ratio("echo", "rate", "engine", List.of("fast"))).decides());
    }

    @Test
    void shouldNotJudgeByWorkThatWasNotEqual() {
        Ratio unequal = new Ratio("rate", "engine", "c", Better.HIGHER, List.of(0.5), "their loads were not equal");
        GoalResult result = Goal.ratio(
                        "a goal", Better.HIGHER, 1, Readings.ratio("paced", "rate", "engine", List.of("c")))
                .in(List.of(section("paced", List.of(), unequal)));
        assertEquals("not comparable", result.verdict());
        assertEquals(
                "their loads were not equal", result.reading().orElseThrow().remark());
        assertTrue(Double.isNaN(result.progress().median()), "no bar");
    }

    @Test
    void shouldFindTheWorstFigureOfAll() {
        Reading heap = read(Readings.figure(suite -> true, "heap"::equals, name -> name.startsWith("engine")));
        assertEquals(new Spread(0.2, 0.1, 0.3), heap.spread());
        assertTrue(heap.against().startsWith("engine-2, "), heap.against());
    }

    @Test
    void shouldDivideWhatTwoSuitesMeasured() {
        Reading reading = read(Readings.medians("frames", "engine", "echo", name -> !name.equals("engine")));
        assertEquals("fast, echo", reading.against());
        assertEquals(new Spread(4, 1, 12), reading.spread());
        assertTrue(Readings.medians("frames", "engine", "nowhere", name -> true)
                .apply(SECTIONS)
                .isEmpty());
    }

    @Test
    void shouldNotInventWhatWasNotMeasured() {
        for (Function<List<Section>, Optional<Reading>> reading : List.of(
                Readings.ratio("echo", "rate", "engine", List.of("absent", "unheard")),
                Readings.ratio("nowhere", "rate", "engine", List.of("slow")),
                Readings.figure("echo"::equals, "heap"::equals, "absent"::equals))) {
            GoalResult result = Goal.ratio("a goal", Better.HIGHER, 1, reading).in(SECTIONS);
            assertFalse(result.isMeasured());
            assertFalse(result.isReached());
            assertEquals("not in this run", result.verdict());
            assertTrue(Double.isNaN(result.progress().median()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HIGHER, 1.0, 1.1, 1.2, 1.3, reached",
        "HIGHER, 1.0, 0.8, 0.9, 0.99, NOT REACHED",
        "HIGHER, 1.0, 0.8, 1.1, 1.2, 'reached, not by all turns alike'",
        "HIGHER, 1.0, 0.8, 0.9, 1.2, 'NOT REACHED, not by all turns alike'",
        "HIGHER, 1.0, 0.996, 0.996, 0.996, reached",
        "HIGHER, 1.0, 0.99, 0.99, 0.99, NOT REACHED",
        "LOWER, 0.8, 0.5, 0.6, 0.7, reached",
        "LOWER, 0.8, 0.9, 1.0, 1.1, NOT REACHED"
    })
    void shouldJudgeByTheMedianAndSayWhenTurnsDiffer(
            Better better, double aim, double least, double median, double most, String verdict) {
        assertEquals(verdict, result(better, aim, least, median, most).verdict());
    }

    @Test
    void shouldBeAtOneWhereTheAimIs() {
        assertEquals(1, result(Better.HIGHER, 1.2, 1.2).progress().median(), 1e-9);
        assertEquals(2, result(Better.LOWER, 0.8, 0.4).progress().median(), 1e-9);
        assertTrue(Double.isNaN(result(Better.LOWER, 0, 0).progress().median()));
    }
}

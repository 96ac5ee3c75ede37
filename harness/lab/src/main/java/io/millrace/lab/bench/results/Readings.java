package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Series;
import io.millrace.lab.bench.results.Goal.Reading;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the figure of a {@link Goal} in the results of a run. Of several figures the worst counts; figures that decide
 * something come first.
 */
public final class Readings {
    private static final String AT_THE_LIMIT = "both took all that was offered";

    private Readings() {}

    /** Reads the ratio of one's figure to that of each of the others, of turns beside each other. */
    public static Function<List<Section>, Optional<Reading>> ratio(
            String suite, String figure, String one, List<String> others) {
        return sections -> sections(sections, suite)
                .flatMap(section -> section.ratios().stream()
                        .filter(ratio -> ratio.figure().equals(figure)
                                && ratio.one().equals(one)
                                && others.contains(ratio.other())
                                && !ratio.samples().isEmpty())
                        .map(ratio -> new Judged(reading(section, ratio), ratio.better())))
                .max(Judged.WORST)
                .map(Judged::reading);
    }

    private static Reading reading(Section section, Ratio ratio) {
        String caveat =
                section.limited().containsAll(List.of(ratio.one(), ratio.other())) ? AT_THE_LIMIT : ratio.caveat();
        return new Reading(ratio.spread(), ratio.other(), caveat, caveat.isEmpty());
    }

    /** Reads a figure of some contenders, in all suites with the given name and chart. */
    public static Function<List<Section>, Optional<Reading>> figure(
            Predicate<String> suite, Predicate<String> chart, Predicate<String> name) {
        return sections -> sections.stream()
                .filter(section -> suite.test(section.suite()))
                .flatMap(section -> section.charts().stream()
                        .filter(one -> chart.test(one.title()))
                        .flatMap(one -> named(one, name)
                                .map(series -> new Judged(
                                        new Reading(spread(series), series.name() + ", " + section.suite()),
                                        one.better()))))
                .max(Judged.WORST)
                .map(Judged::reading);
    }

    /** Reads one's median divided by those of others who did other work, so not of turns beside each other. */
    public static Function<List<Section>, Optional<Reading>> medians(
            String suite, String one, String otherSuite, Predicate<String> others) {
        return sections -> {
            Optional<Spread> own = rates(sections, suite, name -> name.equals(one))
                    .map(Readings::spread)
                    .findFirst();
            return own.flatMap(mine -> rates(sections, otherSuite, others)
                    .max(Comparator.comparingDouble(series -> spread(series).median()))
                    .map(best -> new Reading(
                            divided(mine, spread(best)),
                            best.name() + ", " + otherSuite,
                            "medians of two suites",
                            true)));
        };
    }

    /** The first chart of a suite has the rates. */
    private static Stream<Series> rates(List<Section> sections, String suite, Predicate<String> name) {
        return sections(sections, suite)
                .flatMap(section -> section.charts().stream().limit(1))
                .filter(chart -> chart.unit() == Unit.PER_SECOND)
                .flatMap(chart -> named(chart, name));
    }

    private static Stream<Section> sections(List<Section> sections, String suite) {
        return sections.stream().filter(section -> section.suite().equals(suite));
    }

    private static Stream<Series> named(Chart chart, Predicate<String> name) {
        return chart.series().stream()
                .filter(one -> name.test(one.name())
                        && !one.points().getFirst().samples().isEmpty());
    }

    private static Spread spread(Series bar) {
        return bar.points().getFirst().spread();
    }

    private static Spread divided(Spread one, Spread other) {
        return new Spread(one.median() / other.median(), one.min() / other.max(), one.max() / other.min());
    }

    private record Judged(Reading reading, Better better) {
        /** Picks the greatest as the worst. */
        static final Comparator<Judged> WORST = Comparator.<Judged, Boolean>comparing(
                        judged -> judged.reading.decides())
                .thenComparingDouble(Judged::badness);

        private double badness() {
            double median = reading.spread().median();
            return better == Better.HIGHER ? -median : median;
        }
    }
}

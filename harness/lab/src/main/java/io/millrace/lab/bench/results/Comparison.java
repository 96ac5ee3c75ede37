package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Compares an older run with a newer one. */
public final class Comparison {
    /** Explains to readers when a change counts. */
    public static final String RULE =
            "A change counts where all turns of the one run lie beyond all turns of the other, "
                    + "and both have so many that chance would do that in less than one case of twenty. Ratios"
                    + " compare best: a "
                    + "slower machine slows everyone.";

    private static final double RARE = 0.05;

    private Comparison() {}

    /** Compares everything that both runs measured, ratios first. */
    public static List<Change> of(Results before, Results after) {
        List<Change> changes = new ArrayList<>();
        for (Section section : after.sections()) {
            find(before.sections(), old -> old.suite().equals(section.suite())).forEach(old -> {
                ratios(old, section, changes);
                charts(old, section, changes);
            });
        }
        return changes;
    }

    private static <T> List<T> find(List<T> all, Predicate<T> same) {
        return all.stream().filter(same).limit(1).toList();
    }

    private static void ratios(Section before, Section after, List<Change> changes) {
        for (Ratio ratio : after.ratios()) {
            find(
                            before.ratios(),
                            old -> old.figure().equals(ratio.figure())
                                    && old.one().equals(ratio.one())
                                    && old.other().equals(ratio.other()))
                    .forEach(old -> add(
                            changes,
                            after.suite(),
                            ratio.figure() + ", " + ratio.one() + " / " + ratio.other(),
                            Unit.RATIO,
                            ratio.better(),
                            old.samples(),
                            ratio.samples()));
        }
    }

    private static void charts(Section before, Section after, List<Change> changes) {
        for (Chart chart : after.charts()) {
            find(before.charts(), old -> old.title().equals(chart.title())).forEach(old -> {
                for (Series series : chart.series()) {
                    find(old.series(), one -> one.name().equals(series.name()))
                            .forEach(one -> points(after.suite(), chart, one, series, changes));
                }
            });
        }
    }

    private static void points(String suite, Chart chart, Series before, Series after, List<Change> changes) {
        for (Point point : after.points()) {
            String place = chart.kind() == Chart.Kind.BARS
                    ? ""
                    : String.format(Locale.ROOT, " at %s %s", chart.across(), Double.toString(point.at()));
            find(before.points(), old -> old.at() == point.at())
                    .forEach(old -> add(
                            changes,
                            suite,
                            chart.title() + ", " + after.name() + place,
                            chart.unit(),
                            chart.better(),
                            old.samples(),
                            point.samples()));
        }
    }

    private static void add(
            List<Change> changes,
            String suite,
            String what,
            Unit unit,
            Chart.Better better,
            List<Double> before,
            List<Double> after) {
        if (!before.isEmpty() && !after.isEmpty()) {
            Spread old = Spread.of(before);
            Spread now = Spread.of(after);
            changes.add(new Change(
                    suite,
                    what,
                    unit,
                    better,
                    old,
                    now,
                    old.isApartFrom(now) && chance(before.size(), after.size()) < RARE));
        }
    }

    /**
     * Returns the probability that all of a number of figures lie beyond all of a number of others, on either side, if
     * nothing changed.
     */
    static double chance(int some, int others) {
        double ways = 1;
        for (int i = 1; i <= some; i++) {
            ways = ways * (others + i) / i;
        }
        return 2 / ways;
    }

    /** Writes the comparison for a reader, real changes first. */
    public static Table table(List<Change> changes) {
        List<Change> sorted =
                new ArrayList<>(changes.stream().filter(Change::isReal).toList());
        sorted.addAll(changes.stream().filter(change -> !change.isReal()).toList());
        return new Table(
                List.of("suite", "figure", "before", "now", "now / before", ""),
                sorted.stream()
                        .map(change -> List.of(
                                change.suite(),
                                change.what(),
                                change.unit().text(change.before().median()),
                                change.unit().text(change.after().median()),
                                Unit.number(change.factor(), 2),
                                change.verdict()))
                        .toList());
    }
}

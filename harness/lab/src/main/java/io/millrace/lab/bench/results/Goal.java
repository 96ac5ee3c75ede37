package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A figure to be reached, and how to find it in a run's results.
 *
 * @param what      what is measured, in some words
 * @param better    {@link Better#HIGHER} if the figure is to be at least the aim, else it is to be at most that
 * @param aim       the figure to be reached
 * @param tolerance how far beside the aim still counts as reached, because fewer digits are shown
 * @param unit      of the figure
 * @param reading   finds it; empty where the run did not measure it
 */
public record Goal(
        String what,
        Better better,
        double aim,
        double tolerance,
        Unit unit,
        Function<List<Section>, Optional<Reading>> reading) {
    private static final double HALF_A_HUNDREDTH = 0.005;

    /**
     * What a run measured for a goal.
     *
     * @param spread  the figure
     * @param against whose figure it is, or, for a ratio, the peer: of several the one that the engine does worst
     *                against
     * @param remark  what a reader has to know about the figure, or ""
     * @param decides whether the figure says anything about the goal
     */
    public record Reading(Spread spread, String against, String remark, boolean decides) {
        /** Makes a reading without a remark. */
        public Reading(Spread spread, String against) {
            this(spread, against, "", true);
        }
    }

    /** Makes a goal for a ratio, with two digits. */
    public static Goal ratio(
            String what, Better better, double aim, Function<List<Section>, Optional<Reading>> reading) {
        return new Goal(what, better, aim, HALF_A_HUNDREDTH, Unit.RATIO, reading);
    }

    /** Returns what the results say about the goal. */
    public GoalResult in(List<Section> sections) {
        return new GoalResult(this, reading.apply(sections));
    }

    /** The aim as a reader sees it. */
    public String aimText() {
        return (better == Better.HIGHER ? "at least " : "at most ") + unit.text(aim);
    }

    /** Returns whether a figure is as good as the aim. */
    boolean isReachedBy(double figure) {
        return better == Better.HIGHER ? figure >= aim - tolerance : figure <= aim + tolerance;
    }
}

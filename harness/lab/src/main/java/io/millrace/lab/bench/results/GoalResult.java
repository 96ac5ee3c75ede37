package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Goal.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a run reached a goal. */
public record GoalResult(Goal goal, Optional<Reading> reading) {
    /** Returns whether the run measured it. */
    public boolean isMeasured() {
        return reading.isPresent();
    }

    /** Whether the median reaches the aim. */
    public boolean isReached() {
        return reading.filter(
                        one -> one.decides() && goal.isReachedBy(one.spread().median()))
                .isPresent();
    }

    /** Returns whether single turns are on the other side of the aim than the median. */
    public boolean isWithinSpread() {
        return reading.filter(one -> goal.isReachedBy(one.spread().min())
                        != goal.isReachedBy(one.spread().max()))
                .isPresent();
    }

    /** The result in words. */
    public String verdict() {
        if (!isMeasured()) {
            return "not in this run";
        }
        if (!reading.orElseThrow().decides()) {
            return "not comparable";
        }
        return (isReached() ? "reached" : "NOT REACHED") + (isWithinSpread() ? ", not by all turns alike" : "");
    }

    /** How far the figure is on its way to the aim, with 1 at the aim; NaN if there is no such share. */
    Spread progress() {
        return reading.filter(one -> one.decides() && goal.aim() > 0)
                .map(one -> {
                    Spread spread = one.spread();
                    return goal.better() == Better.HIGHER
                            ? new Spread(
                                    spread.median() / goal.aim(), spread.min() / goal.aim(), spread.max() / goal.aim())
                            : new Spread(
                                    goal.aim() / spread.median(), goal.aim() / spread.max(), goal.aim() / spread.min());
                })
                .orElse(Spread.of(List.of()));
    }

    private List<String> row() {
        return reading.map(one -> List.of(
                        goal.what(),
                        goal.aimText(),
                        text(one.spread()),
                        one.against(),
                        verdict() + (one.remark().isEmpty() ? "" : "; " + one.remark())))
                .orElse(List.of(goal.what(), goal.aimText(), "-", "", verdict()));
    }

    private String text(Spread spread) {
        Unit unit = goal.unit();
        return unit.text(spread.median()) + " (" + unit.text(spread.min()) + ".." + unit.text(spread.max()) + ")";
    }

    /** Writes the results for a reader: the measured goals, and then the others. */
    public static Table table(List<GoalResult> results) {
        List<GoalResult> sorted =
                new ArrayList<>(results.stream().filter(GoalResult::isMeasured).toList());
        sorted.addAll(results.stream().filter(result -> !result.isMeasured()).toList());
        return new Table(
                List.of("goal", "aim", "median (range)", "of, or beside", ""),
                sorted.stream().map(GoalResult::row).toList());
    }

    /** Writes the results for tools. */
    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("goal", goal.what());
        map.put("better", goal.better().name());
        map.put("aim", goal.aim());
        map.put("unit", goal.unit().name());
        map.put("verdict", verdict());
        reading.ifPresent(one -> {
            map.put("median", one.spread().median());
            map.put("min", one.spread().min());
            map.put("max", one.spread().max());
            map.put("against", one.against());
            map.put("remark", one.remark());
        });
        return map;
    }
}

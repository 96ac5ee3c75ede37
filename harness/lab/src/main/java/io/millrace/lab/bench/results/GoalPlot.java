package io.millrace.lab.bench.results;

import java.util.List;

/**
 * Plots how far each measured goal is reached, in percent: the aim is a line, and a bar that touches it has reached it.
 * Beside each bar are its length and the figure.
 */
final class GoalPlot {
    private static final int WIDTH = 960;
    private static final int LEFT = 470;
    private static final int RIGHT = 110;
    private static final int ROW = 24;
    private static final int BAR = 12;
    private static final int BOTTOM = 24;
    private static final int GAP = 6;
    private static final double LEAST_SCALE = 1.2;
    private static final double PERCENT = 100;

    /** The value at the right end. */
    private final double most;

    private GoalPlot(List<GoalResult> shown) {
        most = Math.max(
                LEAST_SCALE,
                shown.stream()
                        .mapToDouble(one -> one.progress().max())
                        .filter(Double::isFinite)
                        .max()
                        .orElse(LEAST_SCALE));
    }

    static String of(List<GoalResult> results) {
        List<GoalResult> shown = results.stream()
                .filter(one -> Double.isFinite(one.progress().median()))
                .toList();
        return new GoalPlot(shown).draw(shown);
    }

    private String draw(List<GoalResult> shown) {
        Svg svg = new Svg(WIDTH, shown.size() * ROW + BOTTOM, "goals");
        double bottom = shown.size() * ROW;
        svg.line(x(1), 0, x(1), bottom, "aim");
        svg.text(x(1), bottom + BOTTOM - GAP, "tick middle", "the aim");
        for (int i = 0; i < shown.size(); i++) {
            bar(svg, shown.get(i), i * ROW + ROW / 2.0);
        }
        return svg.toString();
    }

    private void bar(Svg svg, GoalResult result, double y) {
        Spread spread = result.progress();
        svg.text(LEFT - GAP, y + GAP - 2, "name", result.goal().what());
        svg.rectangle(
                LEFT,
                y - BAR / 2.0,
                x(spread.median()) - LEFT,
                BAR,
                result.isReached() ? "bar engine" : "bar",
                result.goal().what() + ": " + result.verdict());
        svg.line(x(spread.min()), y, x(spread.max()), y, "range");
        svg.text(
                x(spread.max()) + GAP,
                y + GAP - 2,
                "value",
                Unit.number(PERCENT * spread.median(), 0) + " %"
                        + result.reading()
                                .map(one -> " ("
                                        + result.goal().unit().text(one.spread().median()) + ")")
                                .orElse(""));
    }

    private double x(double progress) {
        return LEFT + Math.min(progress, most) / most * (WIDTH - LEFT - RIGHT);
    }
}

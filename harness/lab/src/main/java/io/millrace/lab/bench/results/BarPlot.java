package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Series;
import java.util.List;

/** Plots a bar for each contender: its length is the median, with a line over the range and a dot for each turn. */
final class BarPlot {
    private static final int WIDTH = 640;
    private static final int LEFT = 150;
    private static final int RIGHT = 110;
    private static final int ROW = 30;
    private static final int BAR = 16;
    private static final int BOTTOM = 24;
    private static final int GAP = 6;
    private static final double DOT = 2.5;

    private final Chart chart;
    private final List<Series> series;
    private final Axis axis;
    private final Svg svg;

    private BarPlot(Chart chart) {
        this.chart = chart;
        series = chart.series().stream().filter(one -> !samples(one).isEmpty()).toList();
        axis = Axis.linear(series.stream()
                .mapToDouble(one -> Spread.of(samples(one)).max())
                .max()
                .orElse(1));
        svg = new Svg(WIDTH, series.size() * ROW + BOTTOM, chart.title());
    }

    static String of(Chart chart) {
        return new BarPlot(chart).draw();
    }

    private static List<Double> samples(Series one) {
        return one.points().getFirst().samples();
    }

    private static double x(double place) {
        return LEFT + place * (WIDTH - LEFT - RIGHT);
    }

    private String draw() {
        double bottom = series.size() * ROW;
        for (double tick : axis.ticks()) {
            svg.line(x(axis.at(tick)), 0, x(axis.at(tick)), bottom, "grid");
            svg.text(
                    x(axis.at(tick)),
                    bottom + BOTTOM - GAP,
                    "tick middle",
                    chart.unit().text(tick));
        }
        for (int i = 0; i < series.size(); i++) {
            bar(series.get(i), i * ROW + ROW / 2.0);
        }
        return svg.toString();
    }

    private void bar(Series one, double y) {
        Spread spread = Spread.of(samples(one));
        Unit unit = chart.unit();
        boolean isEngine = one.name().startsWith("engine");
        svg.text(LEFT - GAP, y + GAP - 2, isEngine ? "name engine" : "name", one.name());
        svg.rectangle(
                LEFT,
                y - BAR / 2.0,
                x(axis.at(spread.median())) - LEFT,
                BAR,
                isEngine ? "bar engine" : "bar",
                one.name() + ": " + unit.text(spread.median()) + " (" + unit.text(spread.min()) + " to "
                        + unit.text(spread.max()) + ")" + (one.note().isEmpty() ? "" : "; " + one.note()));
        svg.line(x(axis.at(spread.min())), y, x(axis.at(spread.max())), y, "range");
        samples(one).forEach(sample -> svg.dot(x(axis.at(sample)), y, DOT, "turn", unit.text(sample)));
        svg.text(x(axis.at(spread.max())) + GAP, y + GAP - 2, "value", unit.text(spread.median()));
    }
}

package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Point;
import io.millrace.lab.bench.results.Chart.Series;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Plots a curve for each contender through the medians, with a line over the range at each point. */
final class CurvePlot {
    /** The number of styles for curves on the page. */
    static final int LOOKS = 8;

    private static final int WIDTH = 640;
    private static final int HEIGHT = 300;
    private static final int LEFT = 84;
    private static final int RIGHT = 16;
    private static final int TOP = 8;
    private static final int BOTTOM = 46;
    private static final int GAP = 6;
    private static final double DOT = 3;
    private static final double PERCENT = 100;

    private final Chart chart;
    private final List<Series> series;
    private final Axis across;
    private final Axis up;
    private final Svg svg;

    private CurvePlot(Chart chart) {
        this.chart = chart;
        series = chart.series().stream().map(CurvePlot::measured).toList();
        List<Double> places = series.stream()
                .flatMap(one -> one.points().stream())
                .map(Point::at)
                .distinct()
                .sorted()
                .toList();
        across = chart.kind() == Kind.PERCENTILES ? Axis.nines(places) : Axis.over(places);
        double most = figures(chart).max().orElse(1);
        up = chart.kind() == Kind.PERCENTILES
                ? Axis.logarithmic(figures(chart).min().orElse(1), most)
                : Axis.linear(most);
        svg = new Svg(WIDTH, HEIGHT, chart.title());
    }

    private static Series measured(Series one) {
        return new Series(
                one.name(),
                one.note(),
                one.points().stream()
                        .filter(point -> !point.samples().isEmpty())
                        .toList());
    }

    private static DoubleStream figures(Chart chart) {
        return chart.series().stream()
                .flatMap(one -> one.points().stream())
                .flatMap(point -> point.samples().stream())
                .mapToDouble(Double::doubleValue);
    }

    static String of(Chart chart) {
        return new CurvePlot(chart).draw();
    }

    private double x(double value) {
        return LEFT + across.at(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.at(value) * (HEIGHT - TOP - BOTTOM);
    }

    private String draw() {
        for (double tick : up.ticks()) {
            svg.line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid");
            svg.text(LEFT - GAP, y(tick) + GAP - 2, "tick end", chart.unit().text(tick));
        }
        for (double tick : across.ticks()) {
            svg.line(x(tick), TOP, x(tick), HEIGHT - BOTTOM, "grid");
            svg.text(x(tick), HEIGHT - BOTTOM + 3 * GAP, "tick middle", place(tick));
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - GAP, "tick middle", chart.across());
        for (int i = 0; i < series.size(); i++) {
            curve(series.get(i), "look" + i % LOOKS);
        }
        return svg.toString();
    }

    private String place(double tick) {
        if (chart.kind() == Kind.SCALING) {
            return String.format(Locale.ROOT, "%,.0f", tick);
        }
        return tick == 1
                ? "max"
                : "p" + String.format(Locale.ROOT, "%.4f", tick * PERCENT).replaceFirst("\\.?0+$", "");
    }

    private void curve(Series one, String look) {
        double[] corners = new double[2 * one.points().size()];
        for (int i = 0; i < one.points().size(); i++) {
            Point point = one.points().get(i);
            Spread spread = point.spread();
            corners[2 * i] = x(point.at());
            corners[2 * i + 1] = y(spread.median());
            svg.line(x(point.at()), y(spread.min()), x(point.at()), y(spread.max()), "reach " + look);
            svg.dot(
                    x(point.at()),
                    y(spread.median()),
                    DOT,
                    look,
                    one.name() + ", " + place(point.at()) + ": "
                            + chart.unit().text(spread.median()) + " ("
                            + chart.unit().text(spread.min()) + " to "
                            + chart.unit().text(spread.max()) + ")");
        }
        svg.path(corners, "curve " + look);
    }
}

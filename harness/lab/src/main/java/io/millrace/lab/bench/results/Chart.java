package io.millrace.lab.bench.results;

import java.util.List;

/**
 * Figures of one kind, of all who were measured, to be seen beside each other.
 *
 * @param title  what the figures are
 * @param kind   how they are drawn
 * @param unit   of the figures
 * @param better which of them are to be wished for
 * @param across what {@link Point#at} is, and its unit; "" for bars
 * @param series one of each who was measured
 */
public record Chart(String title, Kind kind, Unit unit, Better better, String across, List<Series> series) {
    /** How a chart is drawn. */
    public enum Kind {
        /** A bar for each, its length the median, with the range and the single turns. */
        BARS,
        /** A curve for each over the share of the frames that were as quick or quicker, both axes logarithmic. */
        PERCENTILES,
        /** A curve for each over what was made to grow, on a logarithmic axis. */
        SCALING
    }

    /** Which figures are to be wished for. */
    public enum Better {
        /** Rates. */
        HIGHER,
        /** Costs, and times. */
        LOWER
    }

    /**
     * What was measured of one.
     *
     * @param name  of a contender
     * @param note  its settings, in some words, or ""
     * @param points in the order of {@link Point#at}; one, of bars
     */
    public record Series(String name, String note, List<Point> points) {}

    /**
     * Figures of one place of a chart.
     *
     * @param at      where on the horizontal axis: the share of the frames, or what was made to grow; 0 of bars
     * @param samples a figure of each turn
     */
    public record Point(double at, List<Double> samples) {
        /** Of the samples. */
        public Spread spread() {
            return Spread.of(samples);
        }
    }

    /** A chart of bars. */
    public static Chart bars(String title, Unit unit, Better better, List<Series> series) {
        return new Chart(title, Kind.BARS, unit, better, "", series);
    }

    /** Of bars. */
    public static Series bar(String name, String note, List<Double> samples) {
        return new Series(name, note, List.of(new Point(0, samples)));
    }

    /** Returns whether it has any figure. */
    public boolean hasFigures() {
        return series.stream().flatMap(one -> one.points.stream()).anyMatch(point -> !point.samples.isEmpty());
    }
}

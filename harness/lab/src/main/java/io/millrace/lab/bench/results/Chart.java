package io.millrace.lab.bench.results;

import java.util.List;

/**
 * Figures of one kind, of all contenders, to be compared.
 *
 * @param title  what the figures are
 * @param kind   how they are drawn
 * @param unit   of the figures
 * @param better whether higher or lower figures are better
 * @param across what {@link Point#at} is, and its unit; "" for bars
 * @param series one series for each contender
 */
public record Chart(String title, Kind kind, Unit unit, Better better, String across, List<Series> series) {
    /** How a chart is drawn. */
    public enum Kind {
        /** A bar for each contender: its length is the median, with the range and the single turns. */
        BARS,
        /**
         * A curve for each contender over the share of the frames that were as quick or quicker; both axes are
         * logarithmic.
         */
        PERCENTILES,
        /** A curve for each contender over the quantity that grows, on a logarithmic axis. */
        SCALING
    }

    /** Whether higher or lower figures are better. */
    public enum Better {
        /** Rates. */
        HIGHER,
        /** Costs, and times. */
        LOWER
    }

    /**
     * The figures of one contender.
     *
     * @param name   of a contender
     * @param note   its settings, in some words, or ""
     * @param points in the order of {@link Point#at}; one, of bars
     */
    public record Series(String name, String note, List<Point> points) {}

    /**
     * The figures at one place of a chart.
     *
     * @param at      where on the horizontal axis: the share of the frames, or what was made to grow; 0 of bars
     * @param samples a figure of each turn
     */
    public record Point(double at, List<Double> samples) {
        /** The spread of the samples. */
        public Spread spread() {
            return Spread.of(samples);
        }
    }

    /** A chart of bars. */
    public static Chart bars(String title, Unit unit, Better better, List<Series> series) {
        return new Chart(title, Kind.BARS, unit, better, "", series);
    }

    /** Makes a series of bars. */
    public static Series bar(String name, String note, List<Double> samples) {
        return new Series(name, note, List.of(new Point(0, samples)));
    }

    /** Returns whether it has any figure. */
    public boolean hasFigures() {
        return series.stream().flatMap(one -> one.points.stream()).anyMatch(point -> !point.samples.isEmpty());
    }
}

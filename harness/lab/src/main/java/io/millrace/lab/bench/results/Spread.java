package io.millrace.lab.bench.results;

import java.util.Arrays;
import java.util.Collection;

/** Median and range of some runs. */
public record Spread(double median, double min, double max) {
    private static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

    /** Makes the spread of at least one value. */
    public static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Makes the spread of any number of values; of none, all three are {@link Double#NaN}. */
    public static Spread of(Collection<Double> values) {
        return values.isEmpty()
                ? NONE
                : of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Returns whether no value of the one is inside the range of the other. */
    public boolean isApartFrom(Spread other) {
        return min > other.max || max < other.min;
    }
}

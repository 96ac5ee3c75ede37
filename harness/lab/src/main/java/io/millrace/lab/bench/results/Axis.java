package io.millrace.lab.bench.results;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Maps figures to places on a line, and knows where to mark it.
 *
 * @param place from a figure to its place, 0 to 1
 * @param ticks figures to mark
 */
record Axis(DoubleUnaryOperator place, List<Double> ticks) {
    private static final int FEW = 5;
    private static final double[] STEPS = {1, 2, 5, 10};
    private static final double DECADE = 10;

    /** Makes a linear axis from zero to a bit more than the given figure. */
    static Axis linear(double most) {
        double end = most > 0 ? most * 1.02 : 1;
        double rough = end / FEW;
        double power = Math.pow(DECADE, Math.floor(Math.log10(rough)));
        double step = power;
        for (double candidate : STEPS) {
            step = candidate * power;
            if (step >= rough) {
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (double tick = 0; tick <= end; tick += step) {
            ticks.add(tick);
        }
        return new Axis(value -> value / end, ticks);
    }

    /** Makes a logarithmic axis of whole decades around the given figures. */
    static Axis logarithmic(double least, double most) {
        double from = Math.floor(Math.log10(least));
        double to = Math.max(from + 1, Math.ceil(Math.log10(most)));
        List<Double> ticks = new ArrayList<>();
        for (double exponent = from; exponent <= to; exponent++) {
            ticks.add(Math.pow(DECADE, exponent));
        }
        return new Axis(value -> (Math.log10(value) - from) / (to - from), ticks);
    }

    /** Makes a logarithmic axis from the least to the greatest of some figures, each of which is marked. */
    static Axis over(List<Double> figures) {
        double from = Math.log(figures.getFirst());
        double width = Math.max(1e-9, Math.log(figures.getLast()) - from);
        return new Axis(value -> figures.size() == 1 ? 0.5 : (Math.log(value) - from) / width, figures);
    }

    /**
     * Makes an axis for the share of frames that were as quick or quicker: each step has a tenth of the slower ones of
     * the step before. The greatest figure, 1, is one step after the last share.
     */
    static Axis nines(List<Double> shares) {
        double last = shares.stream()
                .filter(share -> share < 1)
                .mapToDouble(Axis::nines)
                .max()
                .orElse(1);
        double end = shares.contains(1.0) ? last + 1 : last;
        return new Axis(share -> (share < 1 ? nines(share) : end) / end, shares);
    }

    private static double nines(double share) {
        return -Math.log10(1 - share);
    }

    double at(double value) {
        return place.applyAsDouble(value);
    }
}

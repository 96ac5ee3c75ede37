package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;

/**
 * How a figure differs between an older and a newer run.
 *
 * @param suite  the suite that measured it
 * @param what   the figure, and whose it is
 * @param unit   of the figure
 * @param better whether higher or lower figures are better
 * @param before of the older run
 * @param after  of the newer one
 * @param isReal whether the difference is larger than the noise
 */
public record Change(String suite, String what, Unit unit, Better better, Spread before, Spread after, boolean isReal) {
    /** The newer median divided by the older one. */
    public double factor() {
        return after.median() / before.median();
    }

    /** The change in one word. */
    public String verdict() {
        if (!isReal) {
            return "within the noise";
        }
        return factor() > 1 == (better == Better.HIGHER) ? "better" : "worse";
    }
}

package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;

/**
 * How a figure of an older run differs from that of a newer one.
 *
 * @param suite  where it was measured
 * @param what   the figure, and whose
 * @param unit   of the figure
 * @param better which figures are to be wished for
 * @param before of the older run
 * @param after  of the newer one
 * @param isReal whether it is larger than the noise
 */
public record Change(String suite, String what, Unit unit, Better better, Spread before, Spread after, boolean isReal) {
    /** The newer median divided by the older one. */
    public double factor() {
        return after.median() / before.median();
    }

    /** In a word. */
    public String verdict() {
        if (!isReal) {
            return "within the noise";
        }
        return factor() > 1 == (better == Better.HIGHER) ? "better" : "worse";
    }
}

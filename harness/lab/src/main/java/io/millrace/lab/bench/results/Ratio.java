package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;
import java.util.List;

/**
 * The ratio of two contenders' figures, of turns beside each other.
 *
 * @param figure  what was divided
 * @param one     the contender whose figure is divided
 * @param other   the contender by whose figure it is divided
 * @param better  whether higher or lower figures are better
 * @param samples the ratio of each pair of turns
 * @param caveat  why it does not rank the two, or ""
 */
public record Ratio(String figure, String one, String other, Better better, List<Double> samples, String caveat) {
    /** Makes a ratio without a caveat. */
    public Ratio(String figure, String one, String other, Better better, List<Double> samples) {
        this(figure, one, other, better, samples, "");
    }

    /** The spread of the samples. */
    public Spread spread() {
        return Spread.of(samples);
    }
}

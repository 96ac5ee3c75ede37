package io.millrace.lab.bench.results;

import io.millrace.lab.bench.results.Chart.Better;
import java.util.List;

/**
 * One's figure divided by another's, of turns beside each other.
 *
 * @param figure  what was divided
 * @param one     whose figure
 * @param other   by whose
 * @param better  which figures are to be wished for
 * @param samples of each pair of turns
 * @param caveat  why it says nothing of who does better, or ""
 */
public record Ratio(String figure, String one, String other, Better better, List<Double> samples, String caveat) {
    /** One that says something. */
    public Ratio(String figure, String one, String other, Better better, List<Double> samples) {
        this(figure, one, other, better, samples, "");
    }

    /** Of the samples. */
    public Spread spread() {
        return Spread.of(samples);
    }
}

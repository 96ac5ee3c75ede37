package io.millrace.lab.bench.micro;

import io.millrace.lab.bench.results.Spread;
import java.util.ArrayList;
import java.util.List;

/** Gathers the rounds of one benchmark. */
final class MicroTally {
    private final MicroBenchmark benchmark;
    private final List<Double> javaRounds = new ArrayList<>();
    private final List<Double> cRounds = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private double bytesPerFrame;

    MicroTally(MicroBenchmark benchmark) {
        this.benchmark = benchmark;
    }

    /**
     * Adds a round.
     *
     * @param c          the C program's run, null if there is none
     * @param javaKernel what the kernel's part took in Java in this round, to be subtracted; 0 if it has none
     * @param cKernel    the same in C
     */
    void add(MicroRun java, MicroRun c, double javaKernel, double cKernel) {
        final double javaNs = median(java.ns()) - javaKernel;
        javaRounds.add(javaNs);
        bytesPerFrame = Math.max(bytesPerFrame, java.bytesPerFrame());
        if (c != null) {
            final double cNs = median(c.ns()) - cKernel;
            cRounds.add(cNs);
            ratios.add(javaNs / cNs);
        }
    }

    static double median(double[] ns) {
        return Spread.of(ns).median();
    }

    MicroResult result() {
        return new MicroResult(
                benchmark, List.copyOf(javaRounds), List.copyOf(cRounds), List.copyOf(ratios), bytesPerFrame);
    }
}

package io.millrace.harness.bench.micro;

import io.millrace.harness.bench.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Gathers the rounds of one benchmark. */
final class MicroTally {
    private final MicroBenchmark benchmark;
    private final List<double[]> javaRounds = new ArrayList<>();
    private final List<double[]> cRounds = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private double bytesPerFrame;

    MicroTally(MicroBenchmark benchmark) {
        this.benchmark = benchmark;
    }

    /**
     * Adds a round.
     *
     * @param c          null if there is none
     * @param javaKernel what the kernel's part of it took in Java in this round, to be taken off; 0 if it has none
     * @param cKernel    the same in C
     */
    void add(MicroRun java, MicroRun c, double javaKernel, double cKernel) {
        final double[] javaNs = less(java.ns(), javaKernel);
        javaRounds.add(javaNs);
        bytesPerFrame = Math.max(bytesPerFrame, java.bytesPerFrame());
        if (c != null) {
            final double[] cNs = less(c.ns(), cKernel);
            cRounds.add(cNs);
            ratios.add(median(javaNs) / median(cNs));
        }
    }

    private static double[] less(double[] ns, double kernel) {
        return Arrays.stream(ns).map(value -> value - kernel).toArray();
    }

    static double median(double[] ns) {
        return Spread.of(ns).median();
    }

    MicroResult result() {
        return new MicroResult(benchmark, all(javaRounds), cRounds.isEmpty() ? null : all(cRounds),
            ratios.isEmpty() ? null : Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray()),
            bytesPerFrame);
    }

    private static Spread all(List<double[]> rounds) {
        return Spread.of(rounds.stream().flatMapToDouble(DoubleStream::of).toArray());
    }
}

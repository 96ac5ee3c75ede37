package io.millrace.lab.bench.micro;

import java.util.List;

/**
 * How much to measure, and on which CPUs. The same counts and times apply to Java and C.
 *
 * @param benchmarks  which, in this order
 * @param rounds      how often each is measured on either side, each time by a process of its own
 * @param warmUps     the number of iterations that don't count
 * @param warmUpMs    the length of each of these, in milliseconds
 * @param iterations  the number of iterations that count
 * @param iterationMs the length of each of these, in milliseconds
 * @param cpu         where the threads that are measured run, but for the stage's
 * @param stageCpu    where the stage's thread runs; figures of {@link MicroBenchmark#HAND_OVER} mean something only if
 *                    it is another CPU
 */
public record MicroSettings(
        List<MicroBenchmark> benchmarks,
        int rounds,
        int warmUps,
        int warmUpMs,
        int iterations,
        int iterationMs,
        int cpu,
        int stageCpu) {
    /** @throws IllegalArgumentException when there is nothing to measure, or nothing to take the kernel's share from */
    public MicroSettings {
        benchmarks = List.copyOf(benchmarks);
        if (benchmarks.isEmpty() || rounds < 1 || warmUps < 0 || warmUpMs < 1 || iterations < 1 || iterationMs < 1) {
            throw new IllegalArgumentException(
                    "nothing to measure; at least one benchmark, round, iteration and" + " millisecond is needed");
        }
        if (benchmarks.stream().anyMatch(MicroBenchmark::playsKernel)
                && benchmarks.getFirst() != MicroBenchmark.KERNEL_ALONE) {
            throw new IllegalArgumentException("put " + MicroBenchmark.KERNEL_ALONE
                    + " first: its time is taken off the other operations on rings");
        }
    }

    /** The time of one side of a benchmark in milliseconds, without its start. */
    public int measuredMs() {
        return warmUps * warmUpMs + iterations * iterationMs;
    }

    /** Settings for figures that count; all benchmarks take about two minutes a round. */
    public static MicroSettings full(List<MicroBenchmark> benchmarks, int rounds, int cpu, int stageCpu) {
        return new MicroSettings(benchmarks, rounds, 5, 200, 10, 100, cpu, stageCpu);
    }

    /**
     * Settings for some benchmarks, once and shortly, less than 30 seconds in all: shows that it works, and what to
     * expect.
     */
    public static MicroSettings quick(int cpu, int stageCpu) {
        return new MicroSettings(MicroBenchmark.quick(), 1, 3, 150, 5, 40, cpu, stageCpu);
    }
}

package io.millrace.lab.bench.micro;

import java.util.List;

/**
 * The result of a benchmark. Nanoseconds are for one frame, or for one packet whose checksum is computed; those of
 * operations on rings are without the kernel's part.
 *
 * @param java          for each round, the median of its iterations
 * @param c             the same for the C program; empty if it has no such benchmark or could not be built
 * @param ratios        Java's figure divided by C's, for each round; empty without C
 * @param bytesPerFrame what the JVM's threads allocated, all of them, in the iteration with the least of each round; of
 *                      the rounds, the most
 */
public record MicroResult(
        MicroBenchmark benchmark, List<Double> java, List<Double> c, List<Double> ratios, double bytesPerFrame) {
    /** One object in a thousand frames, because JMH itself allocates some in every iteration. */
    private static final double NOTHING = 0.016;

    /** Returns whether the work itself allocates. */
    public boolean allocates() {
        return bytesPerFrame >= NOTHING;
    }
}

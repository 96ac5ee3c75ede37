package io.millrace.lab.bench.micro;

import java.util.List;

/**
 * What a benchmark came to. Nanoseconds are those of a frame, or of a packet whose checksum is made; of operations on
 * rings without the kernel's share.
 *
 * @param java          of each round, the median of its iterations
 * @param c             the same of the C program; none if it has no such benchmark, or could not be built
 * @param ratios        Java's / C's, of each round; none without C
 * @param bytesPerFrame what the JVM's threads allocated, all of them, in the iteration with the least of each round; of
 *                      the rounds, the most
 */
public record MicroResult(
        MicroBenchmark benchmark, List<Double> java, List<Double> c, List<Double> ratios, double bytesPerFrame) {
    /** An object in a thousand frames; JMH itself leaves some behind in every iteration. */
    private static final double NOTHING = 0.016;

    /** Returns whether the work itself allocates. */
    public boolean allocates() {
        return bytesPerFrame >= NOTHING;
    }
}

package io.millrace.harness.bench.micro;

import io.millrace.harness.bench.Spread;

/**
 * What a benchmark came to, over all rounds. Nanoseconds are those of a frame, or of a packet whose checksum is made;
 * of operations on rings without the kernel's share.
 *
 * @param java          of all iterations of all rounds
 * @param c             the same of the C program; null if it has no such benchmark, or could not be built
 * @param ratio         Java's median / C's, of each round; null without C
 * @param bytesPerFrame what the JVM's threads allocated, all of them, in the iteration with the least of each round; of
 *                      the rounds, the most
 */
public record MicroResult(MicroBenchmark benchmark, Spread java, Spread c, Spread ratio, double bytesPerFrame) {
    /** An object in a thousand frames; JMH itself leaves some behind in every iteration. */
    private static final double NOTHING = 0.016;

    /** Whether the work itself allocates. */
    public boolean allocates() {
        return bytesPerFrame >= NOTHING;
    }
}

package io.millrace.lab.traffic;

/**
 * The result of a {@link TrafficPlan}. {@code sent + refused} frames were tried, and as many sequence numbers used.
 *
 * @param sent       frames that the interface took
 * @param refused    frames that it did not take: the receiver's queue was full, say
 * @param sentBytes  of the frames that it took, without frame check sequences
 * @param durationNs from the first to the last
 */
public record TrafficReport(long sent, long refused, long sentBytes, long durationNs) {
    /** Frames a second that the interface took. */
    public double framesPerSecond() {
        return durationNs == 0 ? 0 : sent * 1e9 / durationNs;
    }
}

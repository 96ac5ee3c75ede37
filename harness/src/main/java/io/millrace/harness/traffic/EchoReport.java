package io.millrace.harness.traffic;

import org.HdrHistogram.Histogram;

/**
 * What came of a driver's run.
 *
 * @param counts         exact
 * @param durationNs     from the first message to the last
 * @param warmUpNs       how much of that is not in the round trips
 * @param roundTrips     in nanoseconds
 * @param allocatedBytes heap that the driver's thread allocated after the warm-up
 */
public record EchoReport(EchoCounts counts, long durationNs, long warmUpNs, Histogram roundTrips,
                         long allocatedBytes) {
    /** Messages a second that were sent. */
    public double messagesPerSecond() {
        return durationNs == 0 ? 0 : counts.sent() * 1e9 / durationNs;
    }
}

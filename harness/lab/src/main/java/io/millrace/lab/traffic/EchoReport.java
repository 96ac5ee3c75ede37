package io.millrace.lab.traffic;

import org.HdrHistogram.Histogram;

/**
 * The result of a driver's run.
 *
 * @param counts         exact
 * @param durationNs     from the first message to the last
 * @param warmUpNs       how much of that is not in the round trips
 * @param roundTrips     from sending to having it back, in nanoseconds
 * @param delays         the same from when each message was due, of those sent at a pace: what a sender that had to
 *                       wait itself would leave out (coordinated omission)
 * @param allocatedBytes heap that the driver's thread allocated after the warm-up
 */
public record EchoReport(
        EchoCounts counts,
        long durationNs,
        long warmUpNs,
        Histogram roundTrips,
        Histogram delays,
        long allocatedBytes) {
    /** Messages a second that came back, after the warm-up. */
    public double returnedPerSecond() {
        return roundTrips.getTotalCount() * 1e9 / Math.max(1, durationNs - warmUpNs);
    }

    /** Messages a second that were sent. */
    public double messagesPerSecond() {
        return durationNs == 0 ? 0 : counts.sent() * 1e9 / durationNs;
    }
}

package io.millrace.harness.traffic;

import io.millrace.engine.counters.KernelStatistics;
import org.HdrHistogram.Histogram;

/**
 * What came of a driver's run.
 *
 * @param counts         exact
 * @param durationNs     from the first frame to the last
 * @param warmUpNs       how much of that is not in the round trips
 * @param roundTrips     in nanoseconds
 * @param allocatedBytes heap that the driver's thread allocated after the warm-up
 * @param zeroCopy       whether the driver's socket is in zero-copy mode
 * @param matched        frames that the driver's XDP program sent to its socket
 * @param kernel         what the kernel counted for the driver's socket
 */
public record EchoReport(EchoCounts counts, long durationNs, long warmUpNs, Histogram roundTrips, long allocatedBytes,
                         boolean zeroCopy, long matched, KernelStatistics kernel) {
    /** Frames a second that were sent. */
    public double framesPerSecond() {
        return durationNs == 0 ? 0 : counts.sent() * 1e9 / durationNs;
    }
}

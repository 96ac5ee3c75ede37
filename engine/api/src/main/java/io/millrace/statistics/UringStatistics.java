package io.millrace.statistics;

/**
 * What the poller has counted for its io_uring: a snapshot, which may be a moment old while the engine runs.
 *
 * @param enters    system calls that submitted operations or fetched completions
 * @param waits     system calls that slept until something completed
 * @param overflows duty cycles that found completions waiting in the kernel for room in the completion queue; none of
 *                  them is lost, but a larger {@code engine.uring.completion} would be quicker
 * @param failures  system calls that failed, and completions that the kernel has lost for want of memory; 0 unless
 *                  something is broken
 */
public record UringStatistics(long enters, long waits, long overflows, long failures) {
    /** The counts before anything was counted. */
    public static final UringStatistics ZERO = new UringStatistics(0, 0, 0, 0);

    /** Returns the sum of both. */
    public UringStatistics plus(UringStatistics other) {
        return new UringStatistics(
                enters + other.enters, waits + other.waits, overflows + other.overflows, failures + other.failures);
    }
}

package io.millrace.statistics;

/**
 * What the poller counts of its io_uring; a snapshot that may be a moment old while the engine runs.
 *
 * @param enters    system calls that submitted, or fetched completions
 * @param waits     system calls that slept until something completed
 * @param overflows duty cycles that found completions waiting in the kernel for room in the completion queue; none of
 *                  them is lost, but a larger {@code engine.uring.completion} would be quicker
 * @param failures  system calls that failed, and completions that the kernel has lost for want of memory; 0 unless
 *                  something is broken
 */
public record UringStatistics(long enters, long waits, long overflows, long failures) {
    /** Before anything was counted. */
    public static final UringStatistics ZERO = new UringStatistics(0, 0, 0, 0);

    /** Both together. */
    public UringStatistics plus(UringStatistics other) {
        return new UringStatistics(
                enters + other.enters, waits + other.waits, overflows + other.overflows, failures + other.failures);
    }
}

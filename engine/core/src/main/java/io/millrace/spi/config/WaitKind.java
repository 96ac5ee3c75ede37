package io.millrace.spi.config;

/** How a stage thread waits for frames. */
public enum WaitKind {
    /** Spins: the lowest latency, for a core at 100 %. */
    BUSY_SPIN,
    /** Spins, then yields the core to whoever wants it. */
    YIELDING,
    /** Spins, yields, then parks for some tens of microseconds. */
    SLEEPING,
    /** Waits on a condition: the least CPU time, but the poller makes a system call for each batch. */
    BLOCKING
}

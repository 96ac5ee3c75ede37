package io.millrace.spi.config;

/** How a stage thread waits for frames. */
public enum WaitKind {
    /** Spins: the least latency, a core at 100 %. */
    BUSY_SPIN,
    /** Spins, then yields the core to whoever wants it. */
    YIELDING,
    /** Spins, yields, then parks for some tens of microseconds. */
    SLEEPING,
    /** Waits on a condition: the least CPU, and a system call of the poller's for each batch. */
    BLOCKING
}

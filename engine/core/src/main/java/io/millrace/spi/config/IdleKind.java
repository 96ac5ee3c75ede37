package io.millrace.spi.config;

/** What the poller does when there was nothing to do. */
public enum IdleKind {
    /** Polls again at once. */
    BUSY_SPIN,
    /** Spins, yields, then parks for longer and longer, up to a millisecond. */
    BACKOFF,
    /** Sleeps in the kernel until there is work. */
    WAIT
}

package io.millrace.sockets;

/**
 * The time of a duty cycle. The poller reads it once for everything that happens in the cycle. Only the poller's thread
 * may use this.
 */
final class CycleClock {
    private long nowNs = System.nanoTime();

    /** Sets the time at the beginning of a duty cycle. */
    void set(long now) {
        nowNs = now;
    }

    /** The time at which this duty cycle began, by {@link System#nanoTime}. */
    long nowNs() {
        return nowNs;
    }
}

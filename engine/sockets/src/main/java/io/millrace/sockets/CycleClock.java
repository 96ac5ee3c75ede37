package io.millrace.sockets;

/** The time of a duty cycle, as the poller has read it for all that happens in it. Poller's thread only. */
final class CycleClock {
    private long nowNs = System.nanoTime();

    /** A duty cycle begins. */
    void set(long now) {
        nowNs = now;
    }

    /** When this duty cycle began, by {@link System#nanoTime}. */
    long nowNs() {
        return nowNs;
    }
}

package io.millrace.spi;

/** A port that goes by the clock. Poller's thread only. */
public interface Clocked {
    /**
     * A duty cycle has begun; called before anything is received or dispatched in it.
     *
     * @param nowNs by {@link System#nanoTime}
     */
    void beginCycle(long nowNs);
}

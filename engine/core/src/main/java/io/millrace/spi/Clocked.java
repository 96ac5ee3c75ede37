package io.millrace.spi;

/** The role of a port that needs the time. Only the poller's thread may use this. */
public interface Clocked {
    /**
     * Called at the beginning of each duty cycle, before anything is received or dispatched in it.
     *
     * @param nowNs the time by {@link System#nanoTime}
     */
    void beginCycle(long nowNs);
}

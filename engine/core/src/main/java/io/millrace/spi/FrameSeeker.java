package io.millrace.spi;

/**
 * The role of a port that may have to find each of its frames while the engine runs, for instance when it has lost its
 * interface.
 */
public interface FrameSeeker {
    /**
     * Tells the port what else may hold its frames. Called once, when all ports of the poller are open and none is in
     * use.
     */
    void seekAt(FrameHolders others);
}

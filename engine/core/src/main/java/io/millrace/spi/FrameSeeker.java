package io.millrace.spi;

/**
 * A port that may have to find each of its frames while the engine runs, when it has lost its interface for instance.
 */
public interface FrameSeeker {
    /** Tells who has frames beside the port. Called once, when all ports of the poller are open and none is in use. */
    void seekAt(FrameHolders others);
}

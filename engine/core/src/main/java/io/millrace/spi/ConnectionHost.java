package io.millrace.spi;

import io.millrace.ConnectionControl;

/** The role of a port that has connections. */
public interface ConnectionHost {
    /** Closes connections of this port by their ids, from any thread. */
    ConnectionControl connectionControl();

    /**
     * Called when a change of a connection's state has passed the last stage. Only the poller's thread may call this.
     */
    void passed(FrameDescriptor event);

    /**
     * Called when the drain time-out has passed: what has not been sent by now is given up. Cold; any thread but the
     * poller's.
     */
    void giveUp();
}

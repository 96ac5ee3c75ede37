package io.millrace.spi;

import io.millrace.ConnectionControl;

/** A port that has connections. */
public interface ConnectionHost {
    /** Ends connections of this port by their ids, from any thread. */
    ConnectionControl connectionControl();

    /** A change of a connection's state has passed the last stage. Poller's thread only. */
    void passed(FrameDescriptor event);

    /** The drain time-out has passed: what has not been sent by now is given up. Cold, any thread but the poller's. */
    void giveUp();
}

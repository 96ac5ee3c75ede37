package io.millrace.spi.config;

/** What the engine does when the interface of a port goes down or is gone. */
public enum OnLinkLoss {
    /**
     * Goes on with the other ports, and with this one as soon as the interface, or another one of its name, is up
     * again.
     */
    WAIT,
    /** Stops the engine in order, as failed. */
    STOP
}

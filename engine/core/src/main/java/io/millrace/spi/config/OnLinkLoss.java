package io.millrace.spi.config;

/** What the engine does when the interface of a port goes down or is gone. */
public enum OnLinkLoss {
    /** Goes on with its other ports, and with this one when the interface is up again, or another one of its name. */
    WAIT,
    /** Ends in order, as failed. */
    STOP
}

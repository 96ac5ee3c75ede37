package io.millrace.spi;

/**
 * The role of a port that looks itself for frames that have been sent, once a duty cycle. Only the poller's thread may
 * use this.
 */
public interface TransmitCompleter {
    /** Takes back the frames that have been sent; returns how many. */
    int complete();
}

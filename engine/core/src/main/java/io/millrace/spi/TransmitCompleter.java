package io.millrace.spi;

/** A port that looks itself for frames that have been sent, once a duty cycle. Poller's thread only. */
public interface TransmitCompleter {
    /** Takes back the frames that have been sent; returns how many. */
    int complete();
}

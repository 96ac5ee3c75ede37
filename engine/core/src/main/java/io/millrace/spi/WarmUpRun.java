package io.millrace.spi;

/** Turns the duty cycle of an engine that is about to start, over ports that nobody outside takes part in. */
public interface WarmUpRun {
    /** The bytes of an Ethernet frame with a small UDP datagram over IPv4: something to receive. A copy. */
    byte[] frame();

    /**
     * Turns the duty cycle over a port; returns when that has been enough, and no thread works with the port any more.
     */
    void turn(WarmUpPort port);
}

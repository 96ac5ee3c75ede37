package io.millrace.spi;

/** Runs the duty cycle of an engine that is about to start, over ports whose other side is played. */
public interface WarmUpRun {
    /** Returns a copy of an Ethernet frame with a small UDP datagram over IPv4, for the port to receive. */
    byte[] frame();

    /**
     * Returns a copy of the same frame as it is when its sender has left the checksum to a network card, that is with
     * the sum of the pseudo header in its place.
     */
    byte[] unfinishedFrame();

    /**
     * Runs the duty cycle over a port. Returns when that has been enough and no thread works with the port any more.
     */
    void turn(WarmUpPort port);
}

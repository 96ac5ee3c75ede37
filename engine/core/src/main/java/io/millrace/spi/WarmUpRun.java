package io.millrace.spi;

import java.util.List;

/** Runs the duty cycle of an engine that is about to start, over ports whose other side is played. */
public interface WarmUpRun {
    /**
     * Makes an Ethernet frame with a small UDP datagram over IPv4, without a checksum of its own, for the port to
     * receive.
     */
    byte[] frame();

    /**
     * Makes frames of several lengths as they are when their sender has left the UDP checksum to a network card, that
     * is with the sum of the pseudo header in its place.
     */
    List<byte[]> unfinishedFrames();

    /**
     * Runs the duty cycle over a port. Returns when that has been enough and no thread works with the port any more.
     */
    void turn(WarmUpPort port);
}

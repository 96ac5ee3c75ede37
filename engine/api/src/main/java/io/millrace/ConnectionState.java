package io.millrace;

/**
 * The states of a TCP connection, in the order in which it goes through them. {@link Stage#onConnection} hears of each.
 */
public enum ConnectionState {
    /** Accepted, or about to be connected. */
    OPENED,
    /** Bytes can flow both ways. */
    ESTABLISHED,
    /** The peer has sent its last byte. What is on its way to the peer is still sent, then the connection closes. */
    HALF_CLOSED,
    /** Ended in order. Nothing is received or sent any more. */
    CLOSED,
    /** Ended by an error or a time-out, or never established. Nothing is received or sent any more. */
    FAILED
}

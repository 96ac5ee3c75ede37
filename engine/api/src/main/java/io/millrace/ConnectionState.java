package io.millrace;

/** What a TCP connection goes through, in this order; {@link Stage#onConnection} hears of each. */
public enum ConnectionState {
    /** Accepted, or about to be connected. */
    OPENED,
    /** Bytes can flow both ways. */
    ESTABLISHED,
    /** The peer has sent its last byte; what is on its way to it still goes out, then the connection closes. */
    HALF_CLOSED,
    /** Over, in order. Nothing comes or goes any more. */
    CLOSED,
    /** Over, by an error or a time-out, or it never came about. Nothing comes or goes any more. */
    FAILED
}

package io.millrace;

/** What the bytes of a frame are: the one thing by which a stage can tell frames of different ports apart. */
public enum FrameKind {
    /** A whole Ethernet frame, as it was on the wire. */
    ETHERNET,
    /** The payload of a datagram. */
    DATAGRAM,
    /** A piece of a byte stream, or a message that a framer cut out of it. */
    STREAM
}

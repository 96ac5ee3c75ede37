package io.millrace;

/** What the bytes of a frame are. A stage that takes frames of different kinds of ports can tell them apart by it. */
public enum FrameKind {
    /** A whole Ethernet frame, as it was on the wire. */
    ETHERNET,
    /** The payload of a datagram. */
    DATAGRAM,
    /** A piece of a byte stream, or a message that a framer cut out of it. */
    STREAM
}

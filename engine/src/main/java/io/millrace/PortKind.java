package io.millrace;

/** By what kind of port a frame came: the one thing by which a stage can tell them apart. */
public enum PortKind {
    /** Whole Ethernet frames, from a queue of an interface. */
    AF_XDP,
    /** Payloads of datagrams, from a UDP socket. */
    UDP,
    /** Pieces of a byte stream, or the messages that a framer cut it into, from a TCP connection. */
    TCP
}

package io.millrace.sockets;

/** Whose doing it is that a connection fails: people are told of trouble, not of what the program has asked for. */
enum EndedBy {
    /** The peer, the network, a time-out, or a stop that came too early for it. */
    TROUBLE,
    /** A wait that was too long for where its frames go, which is counted and told by itself. */
    WAIT,
    /** The program, by the connection's id. */
    PROGRAM
}

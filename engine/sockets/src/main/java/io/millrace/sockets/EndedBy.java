package io.millrace.sockets;

/** Who caused a connection to fail. The log reports faults, but not what the program itself has asked for. */
enum EndedBy {
    /** The peer, the network, a time-out, or a stop of the engine that came too early for the connection. */
    TROUBLE,
    /** A wait for the target of its frames that took too long; that is counted and reported separately. */
    WAIT,
    /** A message that was too long, or cut off, which is counted and told by itself. */
    MESSAGE,
    /** The program, by the connection's id. */
    PROGRAM
}

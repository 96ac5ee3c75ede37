package io.millrace.sockets;

/** Whether frames tell the address that their datagram was sent to. */
enum LocalAddress {
    /** If the port is bound to a wildcard address. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
}

package io.millrace.sockets;

/** Whether a frame tells the address that its datagram was sent to. */
enum LocalAddress {
    /** When the port is bound to a wildcard. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
}

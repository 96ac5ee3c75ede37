package io.millrace.lab.traffic;

/** How frames that come back differ from those that were sent. */
public enum EchoForm {
    /** The same frame, its addresses and ports swapped: what an echo server of frames sends. */
    SWAPPED,
    /** The same frame, only its Ethernet addresses swapped: what programs do that measure forwarding. */
    MACS_SWAPPED,
    /** Another frame with the same payload, ports swapped: what an echo server over a socket sends. */
    FROM_SOCKET
}

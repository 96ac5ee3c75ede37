package io.millrace.sockets;

/** Whether one receive may fill several frames. */
enum Bundles {
    /** Where the kernel can. */
    AUTO,
    /** Never. */
    OFF
}

package io.millrace.sockets;

/** Whether one receive may fill several frames. */
enum Bundles {
    /** If the kernel can do it. */
    AUTO,
    /** Never. */
    OFF
}

package io.millrace.afxdp;

/** The worst mode that a port accepts; below it, the port does not open. */
enum RequiredMode {
    /** Any mode will do. */
    NONE,
    /** The XDP program runs in the driver. */
    NATIVE,
    /** The network card writes into the UMEM, which needs native mode, too. */
    ZERO_COPY
}

package io.millrace.afxdp;

/** The least that a port must get, or it does not open. */
enum RequiredMode {
    /** Whatever there is. */
    NONE,
    /** The XDP program runs in the driver. */
    NATIVE,
    /** The network card writes into the UMEM; that takes native mode too. */
    ZERO_COPY
}

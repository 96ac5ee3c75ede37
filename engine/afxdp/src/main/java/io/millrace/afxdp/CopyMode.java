package io.millrace.afxdp;

/** How frames get from the driver into the UMEM. */
enum CopyMode {
    /** Zero-copy if the driver can do it, otherwise copy mode. */
    AUTO,
    /** The network card writes into the UMEM; if it can't, the port does not open. */
    ZERO_COPY,
    /** The kernel copies each frame into the UMEM. */
    COPY
}

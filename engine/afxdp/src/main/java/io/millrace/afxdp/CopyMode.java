package io.millrace.afxdp;

/** How frames get from the driver into the UMEM. */
enum CopyMode {
    /** Zero-copy where the driver can, else by copy. */
    AUTO,
    /** The network card writes into the UMEM, or the port does not open. */
    ZERO_COPY,
    /** The kernel copies each frame into the UMEM. */
    COPY
}

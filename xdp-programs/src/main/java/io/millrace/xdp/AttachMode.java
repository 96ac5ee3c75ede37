package io.millrace.xdp;

/** Where in the kernel the program runs. */
public enum AttachMode {

    /** Native where the driver can, otherwise generic. */
    AUTO,

    /** In the driver, before the kernel has made a socket buffer. */
    NATIVE,

    /** Generic mode: behind the driver, on a socket buffer; works on every interface, at a cost per frame. */
    SKB
}

package io.millrace.xdp;

/** Says where in the kernel the program runs. */
public enum AttachMode {

    /** Native mode if the driver has it, else generic mode. */
    AUTO,

    /** In the driver, before the kernel has made a socket buffer. */
    NATIVE,

    /** Generic mode: behind the driver, on a socket buffer; works on every interface, at a cost per frame. */
    SKB
}

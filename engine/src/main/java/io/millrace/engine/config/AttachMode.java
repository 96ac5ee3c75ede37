package io.millrace.engine.config;

/** Where the XDP program hooks in. */
public enum AttachMode {
    /** Native where the driver can, else skb. */
    AUTO,
    /** In the driver. */
    NATIVE,
    /** In the kernel's generic path, on packets it has already copied. */
    SKB
}

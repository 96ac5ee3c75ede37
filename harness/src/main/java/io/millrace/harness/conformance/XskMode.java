package io.millrace.harness.conformance;

/** How the engine's socket gets its frames: what the kernel's tests call SKB, DRV and ZC, each with busy polling or not. */
public enum XskMode {
    /** Generic XDP, in front of the stack. */
    SKB("attach = skb, copy = copy", "skb", "copy"),
    /** XDP in the driver, the kernel copies. */
    NATIVE("attach = native, copy = copy", "native", "copy"),
    /** Generic XDP, and the poller runs the driver's receive itself. */
    SKB_BUSY_POLL("attach = skb, copy = copy, busy-poll { mode = on }", "skb", "copy"),
    /** XDP in the driver, and the poller runs its receive itself. */
    NATIVE_BUSY_POLL("attach = native, copy = copy, busy-poll { mode = on }", "native", "copy"),
    /** The driver puts frames into the UMEM. */
    ZERO_COPY("attach = native, copy = zero-copy", "native", "zero-copy");

    private final String settings;
    private final String attach;
    private final String copy;

    XskMode(String settings, String attach, String copy) {
        this.settings = settings;
        this.attach = attach;
        this.copy = copy;
    }

    /** The port's keys that ask for it. */
    String settings() {
        return settings;
    }

    /** What {@code attach} the statistics must tell. */
    String attach() {
        return attach;
    }

    boolean isZeroCopy() {
        return this == ZERO_COPY;
    }

    /** What {@code copy} the statistics must tell. */
    String copy() {
        return copy;
    }
}

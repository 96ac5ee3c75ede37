package io.millrace.lab.conformance;

import java.util.EnumSet;
import java.util.Set;

/**
 * How the engine's socket gets its frames: what the kernel's tests call SKB, DRV and ZC, each with busy polling or not.
 */
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
    ZERO_COPY("attach = native, copy = zero-copy", "native", "zero-copy"),
    /**
     * The same, and the poller runs the driver's receive itself, the card's interrupts put off. The kernel's tests put
     * them off by 200 us; a virtual machine's poller may be away for longer, and then interrupts would do all of it.
     */
    ZERO_COPY_BUSY_POLL(
            "attach = native, copy = zero-copy, busy-poll { mode = on, defer-hard-irqs = 2, "
                    + "gro-flush-timeout = 20ms }",
            "native",
            "zero-copy");

    /** The modes in which the kernel copies. */
    static final Set<XskMode> COPYING = EnumSet.of(SKB, NATIVE, SKB_BUSY_POLL, NATIVE_BUSY_POLL);

    private final String settings;
    private final String attach;
    private final String copy;

    XskMode(String settings, String attach, String copy) {
        this.settings = settings;
        this.attach = attach;
        this.copy = copy;
    }

    /** The port's keys that ask for this mode. */
    public String settings() {
        return settings;
    }

    /** The {@code attach} that the statistics must have. */
    String attach() {
        return attach;
    }

    /** Returns whether the driver has to have zero-copy mode. */
    public boolean isZeroCopy() {
        return copy.equals("zero-copy");
    }

    /** Returns whether the poller runs the driver's receive. */
    public boolean isBusyPoll() {
        return settings.contains("busy-poll");
    }

    /** The mode's name in the kernel's tests, without regard to busy polling: skb, native, or zero-copy. */
    String kind() {
        return isZeroCopy() ? copy : attach;
    }

    /** The {@code copy} that the statistics must have. */
    String copy() {
        return copy;
    }
}

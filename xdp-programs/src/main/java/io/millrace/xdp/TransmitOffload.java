package io.millrace.xdp;

/** What the kernel or a driver can do for a frame on its way out, when it is asked to in front of the frame's bytes. */
public enum TransmitOffload {

    /** Tell when it was sent. */
    TIMESTAMP,

    /** Compute a checksum over its end. */
    CHECKSUM,

    /** Hold it back until a point of time. */
    LAUNCH_TIME;

    /**
     * Its bit in the flags in front of a frame ({@code XDP_TXMD_FLAGS_}…, {@code linux/if_xdp.h}), which is that in
     * what a driver says that it can do, too ({@code enum netdev_xsk_flags}, {@code linux/netdev.h}).
     */
    public int bit() {
        return 1 << ordinal();
    }
}

package io.millrace.xdp;

/** What the kernel or a driver can do for a frame to be sent, if the metadata in front of the frame asks for it. */
public enum TransmitOffload {

    /** Tells when the frame was sent. */
    TIMESTAMP,

    /** Computes a checksum over the end of the frame. */
    CHECKSUM,

    /** Holds the frame back until a given time. */
    LAUNCH_TIME;

    /**
     * Its bit in the flags in front of a frame ({@code XDP_TXMD_FLAGS_}…, {@code linux/if_xdp.h}), which is that in
     * what a driver says that it can do, too ({@code enum netdev_xsk_flags}, {@code linux/netdev.h}).
     */
    public int bit() {
        return 1 << ordinal();
    }
}

package io.millrace.xdp;

/** What a driver may know of a received frame beside its bytes. */
public enum Hint {

    /** The time of its arrival, by the clock of the card or its driver. */
    TIMESTAMP,

    /** The hash by which the card spreads flows over queues. */
    HASH,

    /** The VLAN tag that the card took out of the frame. */
    VLAN;

    /** The hint's bit in {@code metadata.h}, and in the features of a driver ({@code linux/netdev.h}). */
    int bit() {
        return 1 << ordinal();
    }
}

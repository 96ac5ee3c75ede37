package io.millrace.engine.counters;

/** What the poller counts for each port. Ids are stable: tools outside the process rely on them. */
public enum PortCounter {
    RX_FRAMES(1, "frames taken from the RX rings"),
    RX_BYTES(2, "bytes of those frames"),
    TX_FRAMES(3, "frames given to the TX rings"),
    TX_BYTES(4, "bytes of those frames"),
    CONSUMED(5, "frames received here that ended the pipeline without a verdict"),
    FORWARDED(6, "frames received here that went to a port's TX ring"),
    DROPPED_BY_STAGE(7, "frames received here that a stage dropped, by its verdict or by an exception"),
    DROPPED_TX_FULL(8, "frames received here whose way out had no room"),
    DROPPED_INVALID(9, "frames received here that were to leave with a length no frame can have"),
    DROPPED_AT_STOP(10, "frames received here that the stages had not handled when the drain time-out passed"),
    COPIED(11, "frames copied into this port's UMEM because they came from another one"),
    RX_WAKEUPS(12, "system calls that woke the kernel for a fill ring"),
    TX_WAKEUPS(13, "system calls that woke the kernel for a TX ring"),
    TX_BUSY(14, "TX wake-ups after which the kernel had taken nothing");

    private final int typeId;
    private final String meaning;

    PortCounter(int typeId, String meaning) {
        this.typeId = typeId;
        this.meaning = meaning;
    }

    /** The type id in the counters' metadata. */
    public int typeId() {
        return typeId;
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }
}

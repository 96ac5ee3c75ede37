package io.millrace.statistics;

import java.util.EnumSet;
import java.util.Set;

/** What the poller counts for each port. The ids are stable, since tools outside the process rely on them. */
public enum PortCounter {
    RX_FRAMES(1, "frames taken from the RX rings"),
    RX_BYTES(2, "bytes of those frames"),
    TX_FRAMES(3, "frames given to the TX rings; of a UDP port, datagrams that the kernel has taken to send"),
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
    TX_BUSY(14, "TX wake-ups after which the kernel had taken nothing"),
    DROPPED_GONE(
            15, "frames received here that were to leave by a connection that was over, or an interface that is gone"),
    TX_FAILED(16, "frames given to a socket that the kernel refused to send"),
    TX_ZERO_COPY(17, "frames sent straight from their memory"),
    TX_ZERO_COPY_COPIED(18, "of those, frames that the kernel copied all the same"),
    TX_SEGMENTED(19, "frames that left as segments of a larger send"),
    RX_COALESCED(20, "frames that arrived in a coalesced buffer"),
    RX_TRUNCATED(21, "datagrams that were too long for a frame, and dropped"),
    RX_NO_BUFFER(22, "times that the kernel found no free buffer to receive into"),
    RX_REARMED(23, "times that a multishot receive had ended and was started again"),
    ACCEPTED(24, "connections accepted"),
    CONNECTED(25, "connections made to the other side"),
    REFUSED(26, "connections refused because there were as many as allowed"),
    CLOSED(27, "connections that ended in order"),
    FAILED(28, "connections that ended by an error or a time-out, or never came about"),
    TIMED_OUT(29, "of those, by a time-out"),
    MESSAGE_BYTES_MOVED(30, "bytes moved because a message spanned receive buffers"),
    MESSAGES_REFUSED(31, "messages longer than allowed, which ended their connection"),
    WAIT_TIMED_OUT(32, "of those that timed out, connections not read because where their frames go took nothing"),
    RX_MULTI_BUFFER(40, "frames received in several segments"),
    TX_MULTI_BUFFER(41, "frames given to the TX rings in several segments"),
    PARTIAL_CHECKSUMS(45, "frames received here whose checksum the sender left to a card and the engine finished"),
    TX_LOST(48, "frames given to the TX rings that the kernel had not taken when the sockets were closed"),
    TX_ABOVE_MTU(49, "frames given to the TX rings that are longer than the MTU of the interface allows"),
    TX_STAMPED(50, "frames sent whose time of sending was asked for and told"),
    TX_UNSTAMPED(51, "frames sent whose time of sending was asked for and not told"),
    TX_CHECKSUMS_OFFLOADED(52, "frames sent whose checksum was left to the driver"),
    TX_CHECKSUMS_COMPUTED(53, "frames sent whose checksum a stage left to the way out and the engine computed"),
    TX_LAUNCH_TIMES(54, "frames given to the driver with a time to be sent at"),
    TX_LISTENER_ERRORS(55, "times that the listener for times of sending threw"),
    MESSAGES_CUT(62, "connections that ended within a message, which no stage has seen"),
    RX_BYTES_DISCARDED(
            63,
            "bytes received by connections that came into no frame: of a message that was cut or "
                    + "refused, or behind the end that this side made"),
    FILES_CUT(64, "regions of files that were not sent, or not to their end"),
    ACCEPT_FAILED(70, "attempts to accept a connection that failed"),
    ATTEMPTS(71, "attempts to connect to the other side"),
    ABORTED(72, "of those that ended by an error, connections that the program aborted");

    /** Frames that were to be received or sent and were not, although no stage wanted that. */
    private static final Set<PortCounter> LOSSES = EnumSet.of(
            DROPPED_TX_FULL, DROPPED_INVALID, DROPPED_AT_STOP, DROPPED_GONE, TX_FAILED, TX_LOST, RX_TRUNCATED);

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

    /** Returns whether it counts losses that no stage wanted. */
    public boolean isLoss() {
        return LOSSES.contains(this);
    }

    /** The counter's meaning in one line. */
    public String meaning() {
        return meaning;
    }
}

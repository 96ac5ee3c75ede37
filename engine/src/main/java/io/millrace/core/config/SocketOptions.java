package io.millrace.core.config;

import io.millrace.xdp.TransmitOffload;
import java.util.List;

/**
 * How the sockets of a port of type {@code af-xdp} are set up, beside their rings.
 *
 * @param require      the least that the port must get
 * @param needWakeUp   whether the kernel says when it wants to be woken ({@code XDP_USE_NEED_WAKEUP})
 * @param headroom     bytes in front of each frame, beside the 256 that the kernel leaves there
 * @param chunks       how frames lie in the UMEM
 * @param busyPoll     whether the poller runs the driver's receive itself
 * @param stateDir     the folder for what must be put back after a crash; the engine's
 * @param earlyDrop    whether the XDP program drops what a full RX ring has no room for
 * @param partial      what becomes of checksums that senders left to a network card
 * @param txMetadata   what stages may ask for frames that leave by the port
 * @param metadataRoom whether some of that needs room in front of each frame, for this port or one that shares the UMEM
 */
public record SocketOptions(
        RequiredMode require,
        boolean needWakeUp,
        int headroom,
        Chunks chunks,
        BusyPollSettings busyPoll,
        String stateDir,
        boolean earlyDrop,
        PartialChecksums partial,
        List<TransmitOffload> txMetadata,
        boolean metadataRoom) {
    /** As it is without any of the keys. */
    public static final SocketOptions DEFAULTS = new SocketOptions(
            RequiredMode.NONE,
            true,
            0,
            Chunks.ALIGNED,
            BusyPollSettings.OFF,
            "/run/millrace",
            true,
            PartialChecksums.AUTO,
            List.of());

    public SocketOptions {
        txMetadata = List.copyOf(txMetadata);
    }

    /** Of a port whose UMEM is its own. */
    public SocketOptions(
            RequiredMode require,
            boolean needWakeUp,
            int headroom,
            Chunks chunks,
            BusyPollSettings busyPoll,
            String stateDir,
            boolean earlyDrop,
            PartialChecksums partial,
            List<TransmitOffload> txMetadata) {
        this(
                require,
                needWakeUp,
                headroom,
                chunks,
                busyPoll,
                stateDir,
                earlyDrop,
                partial,
                txMetadata,
                !txMetadata.isEmpty());
    }

    /** The same over another port's UMEM. */
    SocketOptions withMemoryOf(SocketOptions owner) {
        return new SocketOptions(
                require,
                needWakeUp,
                owner.headroom,
                owner.chunks,
                busyPoll,
                stateDir,
                earlyDrop,
                partial,
                txMetadata,
                owner.metadataRoom);
    }

    /** The same with room in front of each frame. */
    SocketOptions withMetadataRoom() {
        return new SocketOptions(
                require, needWakeUp, headroom, chunks, busyPoll, stateDir, earlyDrop, partial, txMetadata, true);
    }
}

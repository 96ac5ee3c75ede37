package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import java.util.ArrayList;
import java.util.List;

/**
 * A UMEM with its free frames, for all queues that are over it. One poller drives these queues, so the pool needs no
 * lock.
 */
final class PortMemory {
    private final Umem umem;
    private final FramePool pool;
    private final SegmentChains chains;
    private final int metadataLength;
    private final List<XdpSocket> sockets = new ArrayList<>();
    private FrameLedger ledger;
    private long promised;

    /** Of frames that have one chunk each, with nothing in front. */
    PortMemory(Umem umem) {
        this(umem, false, false);
    }

    /**
     * @param multiBuffer  whether frames may go on in further chunks
     * @param metadataRoom whether there is room in front of each frame for what is asked of the kernel
     */
    PortMemory(Umem umem, boolean multiBuffer, boolean metadataRoom) {
        this.metadataLength = metadataRoom ? TransmitMetadata.LENGTH : 0;
        this.chains = multiBuffer ? new SegmentChains(umem) : null;
        this.umem = umem;
        this.pool = new FramePool(umem);
    }

    Umem umem() {
        return umem;
    }

    /** The free frames. Poller's thread only, once that runs. */
    FramePool pool() {
        return pool;
    }

    /**
     * Bytes that have to be free in front of each frame that is sent, whether something is asked for it or not: the
     * kernel takes no other from a UMEM that was registered so ({@code xp_aligned_validate_desc}, {@code
     * net/xdp/xsk_queue.h}).
     */
    int metadataLength() {
        return metadataLength;
    }

    /** How frames go on in further chunks, or null if none does. */
    SegmentChains chains() {
        return chains;
    }

    /** Chunks of frames in stages and leases, beside the first that each frame has. Any thread. */
    int following() {
        return chains == null ? 0 : chains.following();
    }

    /** An audit of this memory that has found nothing yet, and knows which chunks belong to one frame. */
    FrameAudit newAudit() {
        FrameAudit audit = new FrameAudit(umem);
        if (chains != null) {
            audit.add(chains);
        }
        return audit;
    }

    /**
     * A bound socket, by which further sockets get the UMEM; null if there is none, so that the next one has to
     * register the UMEM anew. Before the poller starts, then link thread only.
     */
    XdpSocket registrar() {
        sockets.removeIf(socket -> !socket.isBound());
        return sockets.isEmpty() ? null : sockets.getFirst();
    }

    /** A socket of the UMEM has been bound. */
    void bound(XdpSocket socket) {
        sockets.add(socket);
    }

    /** How many frames all fill rings hold when they are full. */
    long promised() {
        return promised;
    }

    void promise(long frames) {
        promised += frames;
    }

    /** Several ports have frames here: from now on it is noted which of them gave a frame to the kernel. */
    void keepLedger() {
        ledger = new FrameLedger(umem);
    }

    /** Who gave which frame to the kernel; null as long as one port alone has frames here. */
    FrameLedger ledger() {
        return ledger;
    }
}

package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import java.util.ArrayList;
import java.util.List;

/**
 * A UMEM with its free frames, for all queues that use it. One poller drives these queues, so the pool needs no lock.
 */
final class PortMemory {
    private final Umem umem;
    private final FramePool pool;
    private final SegmentChains chains;
    private final int metadataLength;
    private final List<XdpSocket> sockets = new ArrayList<>();
    private FrameLedger ledger;
    private long promised;

    /** Memory whose frames have one chunk each, with nothing in front of them. */
    PortMemory(Umem umem) {
        this(umem, false, false);
    }

    /**
     * @param multiBuffer  whether frames may continue in further chunks
     * @param metadataRoom whether there is room for transmit metadata in front of each frame
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

    /** The free frames. Once the poller runs, only its thread may use them. */
    FramePool pool() {
        return pool;
    }

    /**
     * The bytes that have to be free in front of each frame that is sent, even if nothing is asked for it: the kernel
     * takes no other frame from a UMEM that was registered with metadata ({@code xp_aligned_validate_desc}, {@code
     * net/xdp/xsk_queue.h}).
     */
    int metadataLength() {
        return metadataLength;
    }

    /** How frames continue in further chunks, or null if none does. */
    SegmentChains chains() {
        return chains;
    }

    /**
     * The number of further chunks, beside the first of each frame, of frames in stages and leases. Any thread may call
     * this.
     */
    int following() {
        return chains == null ? 0 : chains.following();
    }

    /** Makes an empty audit of this memory, which knows which chunks belong to one frame. */
    FrameAudit newAudit() {
        FrameAudit audit = new FrameAudit(umem);
        if (chains != null) {
            audit.add(chains);
        }
        return audit;
    }

    /**
     * A bound socket, by which further sockets can share the UMEM. Null if there is none, so that the next socket has
     * to register the UMEM. Used before the poller starts, then by the link thread only.
     */
    XdpSocket registrar() {
        sockets.removeIf(socket -> !socket.isBound());
        return sockets.isEmpty() ? null : sockets.getFirst();
    }

    /** Notes that a socket of the UMEM has been bound. */
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

    /** Several ports use this memory: from now on it is recorded which of them gave a frame to the kernel. */
    void keepLedger() {
        ledger = new FrameLedger(umem);
    }

    /** Records who gave which frame to the kernel; null while a single port uses this memory. */
    FrameLedger ledger() {
        return ledger;
    }
}

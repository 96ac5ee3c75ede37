package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.RxRing;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.XdpDescriptor;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;

/**
 * A queue whose frames may span several chunks of the UMEM ({@code XDP_USE_SG}): each descriptor of such a frame but
 * the last says that the frame continues in the next one. It is a class of its own, so that queues without such frames
 * run the plain code.
 *
 * <p>A batch may end in the middle of a frame. Its segments stay here until the rest comes, and count as the kernel's
 * until then: stages only see whole frames. Only the poller's thread may use this.
 */
final class SegmentedQueue extends XdpQueue {
    private static final long NONE = -1;

    private final SegmentChains chains;

    /** The address of the first segment of a frame that is not whole yet; NONE if there is no such frame. */
    private long head = NONE;

    /** The address of that frame's last segment so far. */
    private long tail;

    /** The length of its first segment in bytes. */
    private int headLength;

    private int segments;
    /** The length of all its segments so far, in bytes. */
    private int bytes;

    /** @param memory memory with chains */
    SegmentedQueue(
            int id, int fd, XdpRings rings, PortMemory memory, PortCounters counters, int batch, WakeUps wakeUps) {
        super(id, fd, rings, memory, counters, batch, wakeUps);
        this.chains = memory.chains();
    }

    @Override
    int receive(int portId, FrameInlet inlet) {
        RxRing ring = rx;
        int count = peek(inlet); // each frame takes at least one descriptor
        if (count == 0) {
            return 0;
        }
        int whole = 0;
        int descriptors = 0;
        int spanning = 0;
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (take(ring, i)) {
                inlet.frame(portId, id(), head, headLength);
                head = NONE;
                whole++;
                descriptors += segments;
                spanning += segments > 1 ? 1 : 0;
                total += bytes;
            }
        }
        ring.release(count);
        inlet.end();
        received(descriptors, whole, total);
        if (spanning > 0) {
            counters.add(PortCounter.RX_MULTI_BUFFER, spanning);
        }
        return count;
    }

    /** Adds a descriptor to the current frame; returns whether the frame is whole now. */
    private boolean take(RxRing ring, int i) {
        long address = ring.address(i);
        int length = ring.length(i);
        if (head == NONE) {
            head = address;
            headLength = length;
            segments = 1;
            bytes = length;
        } else {
            chains.append(tail, address, length);
            segments++;
            bytes += length;
        }
        tail = address;
        return (ring.options(i) & XdpDescriptor.CONTINUED) == 0;
    }

    /** {@inheritDoc} Takes all segments of the frame, or none. */
    @Override
    boolean transmit(long address, int length) {
        if (!chains.follows(address)) {
            return super.transmit(address, length);
        }
        if (!hasRoom(chains.count(address))) {
            return false;
        }
        long segment = address;
        int segmentLength = length;
        boolean isFirst = true;
        for (long link = chains.cut(segment); link != SegmentChains.NONE; link = chains.cut(segment)) {
            stage(segment, segmentLength, isFirst, false);
            isFirst = false;
            segment = SegmentChains.address(link);
            segmentLength = SegmentChains.length(link);
        }
        stage(segment, segmentLength, false, true);
        counters.add(PortCounter.TX_MULTI_BUFFER, 1);
        return true;
    }

    /** {@inheritDoc} An incomplete frame is forgotten, too, since its rest will not come. */
    @Override
    long letGo() {
        if (head != NONE) {
            long link = chains.cut(head);
            while (link != SegmentChains.NONE) {
                link = chains.cut(SegmentChains.address(link));
            }
            head = NONE;
        }
        return super.letGo();
    }

    @Override
    void abandon() {
        counters.add(PortCounter.TX_LOST, tx.pendingPackets());
        for (int count = rx.peek(rx.size()); count > 0; count = rx.peek(rx.size())) {
            for (int i = 0; i < count; i++) {
                if (take(rx, i)) {
                    head = NONE;
                    counters.add(PortCounter.RX_FRAMES, 1);
                    counters.add(PortCounter.RX_BYTES, bytes);
                    counters.add(PortCounter.RX_MULTI_BUFFER, segments > 1 ? 1 : 0);
                    counters.add(PortCounter.DROPPED_AT_STOP, 1);
                }
            }
            rx.release(count);
        }
    }

    /** {@inheritDoc} The segments of an incomplete frame count as being in the RX ring. */
    @Override
    void audit(FrameAudit audit) {
        super.audit(audit);
        if (head != NONE) {
            audit.found(FrameAudit.Place.RX_RING, head);
            for (long link = chains.next(head);
                    link != SegmentChains.NONE;
                    link = chains.next(SegmentChains.address(link))) {
                audit.found(FrameAudit.Place.RX_RING, SegmentChains.address(link));
            }
        }
    }
}

package io.millrace.afxdp;

import io.millrace.FrameKind;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.link.PortLink;
import io.millrace.ring.SegmentChains;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * A port whose frames may span several chunks of its UMEM: they come, leave and are counted as one. A class of its own,
 * so that ports without them run the plain code.
 */
final class SegmentedPort extends AfXdpPort {
    private final SegmentChains chains;
    /** Of a frame that the kernel sends; what is longer it would drop, and its chunks be lost. Poller only. */
    private int maxSegments;

    /** @param frames with chains, which the queues have, too */
    SegmentedPort(
            int id,
            String name,
            PortMemory frames,
            PortCounters counters,
            PortQueues first,
            PortLink link,
            PortInterface network) {
        super(id, name, frames, counters, first, link, network);
        this.chains = frames.chains();
        this.maxSegments = first.maxSegments();
    }

    @Override
    void use(PortQueues fresh) {
        super.use(fresh);
        maxSegments = fresh.maxSegments();
    }

    @Override
    public FrameMetadata newMetadata() {
        return newMetadata(chains);
    }

    @Override
    public int transmit(FrameDescriptor frame) {
        long address = frame.address();
        if (chains.follows(address)) {
            chains.trim(address, pool);
            if (chains.count(address) > maxSegments) {
                return UNSUITABLE;
            }
        }
        return super.transmit(frame);
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        boolean spans = metadata.kind() == FrameKind.ETHERNET && frame.length() > copyRoom;
        return spans ? gather(frame, metadata) : super.transmitCopy(frame, metadata);
    }

    /** {@inheritDoc} Into as few chunks as it fills, whatever the segments were. */
    @Override
    int gather(FrameDescriptor frame, FrameMetadata metadata) {
        int chunk = copyRoom;
        int length = frame.length()
                + (metadata.isSegmented(frame) ? metadata.chains().lengthBehind(frame.address()) : 0);
        int segments = (length + chunk - 1) / chunk;
        if (frame.length() < MIN_LENGTH || segments > maxSegments || frame.file() != null) {
            return UNSUITABLE;
        }
        if (isGone()) {
            return GONE;
        }
        XdpQueue queue = queue(frame.queue());
        if (pool.available() < segments || !queue.hasRoom(segments)) {
            return FULL;
        }
        MemorySegment memory = umem().memory();
        long head = pool.take() + copyOffset;
        metadata.copy(frame, 0, Math.min(length, chunk), memory, head);
        long last = head;
        for (int copied = chunk; copied < length; copied += chunk) {
            long next = pool.take() + copyOffset;
            int part = Math.min(length - copied, chunk);
            metadata.copy(frame, copied, part, memory, next);
            chains.append(last, next, part);
            last = next;
        }
        queue.transmit(head, Math.min(length, chunk));
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
    }

    @Override
    public void release(FrameDescriptor frame) {
        chains.release(frame.address(), pool);
    }
}

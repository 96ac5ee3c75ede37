package io.millrace.afxdp;

import io.millrace.FrameKind;
import io.millrace.ring.SegmentChains;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameSink;
import io.millrace.spi.PortLink;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The data path for frames that may span several chunks of the UMEM. Such a frame comes, leaves and is counted as one.
 * It is a class of its own, so that ports without such frames run the plain code.
 */
final class SegmentedDataPath extends XdpDataPath {
    private final SegmentChains chains;
    /**
     * How many segments of a frame the kernel sends. It would drop a frame with more, and never give its chunks back.
     */
    private int maxSegments;

    /** @param memory memory with chains, which the queues use, too */
    SegmentedDataPath(
            int portId,
            PortMemory memory,
            PortCounters counters,
            PortLink link,
            QueueExchange exchange,
            PortQueues first) {
        super(portId, memory, counters, link, exchange, first);
        this.chains = memory.chains();
        this.maxSegments = first.maxSegments();
    }

    @Override
    void use(PortQueues fresh) {
        super.use(fresh);
        maxSegments = fresh.maxSegments();
    }

    @Override
    int transmit(FrameDescriptor frame) {
        long address = frame.address();
        if (!chains.follows(address)) {
            return super.transmit(frame);
        }
        chains.trim(address, pool);
        if (chains.count(address) > maxSegments || !fits(frame)) {
            return FrameSink.UNSUITABLE;
        }
        int length = frame.length() + chains.lengthBehind(address);
        return transmit(frame, length);
    }

    @Override
    int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        boolean spans = metadata.kind() == FrameKind.ETHERNET && frame.length() > copyRoom;
        return spans ? gather(frame, metadata) : super.transmitCopy(frame, metadata);
    }

    /** Copies another port's frame into as few chunks as possible, whatever its segments were. */
    @Override
    int gather(FrameDescriptor frame, FrameMetadata metadata) {
        int chunk = copyRoom;
        int length = frame.length()
                + (metadata.isSegmented(frame) ? metadata.chains().lengthBehind(frame.address()) : 0);
        int segments = (length + chunk - 1) / chunk;
        if (frame.length() < MIN_LENGTH || segments > maxSegments || frame.file() != null) {
            return FrameSink.UNSUITABLE;
        }
        if (isGone()) {
            return FrameSink.GONE;
        }
        XdpQueue queue = queue(frame.queue());
        if (pool.available() < segments || !queue.hasRoom(segments)) {
            return FrameSink.FULL;
        }
        MemorySegment memory = umem.memory();
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
        mtu.sent(length);
        counters.add(PortCounter.COPIED, 1);
        return FrameSink.TAKEN;
    }

    @Override
    void release(FrameDescriptor frame) {
        chains.release(frame.address(), pool);
    }
}

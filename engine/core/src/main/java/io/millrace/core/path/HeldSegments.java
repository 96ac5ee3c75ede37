package io.millrace.core.path;

import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/**
 * The segments of a leased frame, which stay as long as its first one. It keeps their places, since a later stage may
 * make the frame shorter.
 */
final class HeldSegments extends HeldFrame {
    private final Umem umem;
    /** The links to the segments behind the first. */
    private final long[] links;
    /** Null until a segment is asked for. */
    private FrameBuffer[] buffers;

    /** @param metadata the metadata of a port whose frames may have several segments */
    HeldSegments(
            LeaseRegistry desk,
            int portId,
            long frame,
            MemorySegment segment,
            Throwable takenAt,
            FrameMetadata metadata) {
        super(desk, portId, frame, segment, takenAt);
        this.umem = metadata.umem();
        SegmentChains chains = metadata.chains();
        this.links = new long[chains.count(frame) - 1];
        long last = frame;
        for (int i = 0; i < links.length; i++) {
            links[i] = chains.next(last);
            last = SegmentChains.address(links[i]);
        }
    }

    @Override
    public int segmentCount() {
        requireOpen();
        return links.length + 1;
    }

    @Override
    public MemorySegment segment(int index) {
        requireOpen();
        Objects.checkIndex(index, links.length + 1);
        return index == 0 ? segment() : following(index);
    }

    private MemorySegment following(int index) {
        long link = links[index - 1];
        return umem.memory().asSlice(SegmentChains.address(link), SegmentChains.length(link));
    }

    @Override
    public synchronized MutableDirectBuffer buffer(int index) {
        requireOpen();
        Objects.checkIndex(index, links.length + 1);
        if (index == 0) {
            return buffer();
        }
        if (buffers == null) {
            buffers = new FrameBuffer[links.length];
        }
        if (buffers[index - 1] == null) {
            buffers[index - 1] = newBuffer(following(index));
        }
        return buffers[index - 1];
    }

    @Override
    synchronized void revokeBuffers() {
        super.revokeBuffers();
        if (buffers != null) {
            for (FrameBuffer buffer : buffers) {
                if (buffer != null) {
                    buffer.revoke();
                }
            }
        }
    }
}

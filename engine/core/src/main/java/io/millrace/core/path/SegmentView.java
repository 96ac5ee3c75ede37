package io.millrace.core.path;

import io.millrace.FrameSegments;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/** The flyweight that walks over the segments of a frame. Each stage has one; it is revoked with the frame. */
final class SegmentView implements FrameSegments {
    private static final int REVOKED = -2;
    private static final int BEFORE_FIRST = -1;

    private final FrameBuffer buffer = new FrameBuffer();
    private FrameSlot frame;
    private Umem umem;
    /** Null where frames have one segment each. */
    private SegmentChains chains;

    private int index = REVOKED;
    private long address;
    private int length;
    private int offset;

    SegmentView start(FrameSlot newFrame, Umem newUmem, SegmentChains newChains) {
        frame = newFrame;
        umem = newUmem;
        chains = newChains;
        index = BEFORE_FIRST;
        buffer.revoke();
        return this;
    }

    void revoke() {
        if (index != REVOKED) {
            index = REVOKED;
            frame = null;
            buffer.revoke();
        }
    }

    @Override
    public boolean next() {
        if (index == BEFORE_FIRST) {
            address = frame.address;
            length = frame.length;
            offset = 0;
        } else {
            requireSegment();
            long link = chains == null ? SegmentChains.NONE : chains.next(address);
            if (link == SegmentChains.NONE || SegmentChains.length(link) == 0) {
                return false;
            }
            offset += length;
            address = SegmentChains.address(link);
            length = SegmentChains.length(link);
        }
        index++;
        buffer.show(umem, address, length);
        return true;
    }

    private void requireSegment() {
        if (index < 0) {
            throw new IllegalStateException(
                    index == REVOKED
                            ? "the segments are no longer valid: their frame's callback has returned"
                            : "there is no segment yet; call next() first");
        }
    }

    @Override
    public int index() {
        requireSegment();
        return index;
    }

    @Override
    public int offset() {
        requireSegment();
        return offset;
    }

    @Override
    public int length() {
        requireSegment();
        return length;
    }

    @Override
    public long address() {
        requireSegment();
        return address;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public MemorySegment segment() {
        requireSegment();
        return umem.memory().asSlice(address, length);
    }
}

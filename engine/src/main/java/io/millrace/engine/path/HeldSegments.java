package io.millrace.engine.path;

import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A lease of a frame that may have several segments: they stay as long as its first. */
final class HeldSegments extends HeldFrame {
    private final Umem umem;
    /** Null where frames have one segment each. */
    private final SegmentChains chains;

    HeldSegments(LeaseDesk desk, int portId, long frame, MemorySegment segment, Throwable takenAt,
                 FrameFacts facts) {
        super(desk, portId, frame, segment, takenAt);
        this.umem = facts.umem();
        this.chains = facts.chains();
    }

    @Override
    public int segmentCount() {
        segment();
        return chains == null ? 1 : chains.count(frame);
    }

    @Override
    public MemorySegment segment(int index) {
        MemorySegment first = segment();
        Objects.checkIndex(index, segmentCount());
        if (index == 0) {
            return first;
        }
        long link = chains.next(frame);
        for (int i = 1; i < index; i++) {
            link = chains.next(SegmentChains.address(link));
        }
        return umem.memory().asSlice(SegmentChains.address(link), SegmentChains.length(link));
    }
}

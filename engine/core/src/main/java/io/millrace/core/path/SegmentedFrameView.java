package io.millrace.core.path;

import io.millrace.Lease;
import io.millrace.ring.SegmentChains;
import io.millrace.spi.FrameMetadata;

/**
 * The frame flyweight for engines in which a port's frames may have several segments. It is a class of its own, so that
 * other engines run the plain code.
 */
final class SegmentedFrameView extends FrameView {

    SegmentedFrameView(FrameMetadata[] ports, LeaseRegistry leases, StagePlace place) {
        super(ports, leases, place);
    }

    @Override
    void wrap(FrameSlot next) {
        revokeSegments();
        super.wrap(next);
    }

    @Override
    public int segmentCount() {
        FrameSlot current = slot();
        SegmentChains chains = metadata().chains();
        return chains == null ? 1 : chains.count(current.address);
    }

    @Override
    public int totalLength() {
        FrameSlot current = slot();
        SegmentChains chains = metadata().chains();
        return chains == null ? current.length : current.length + chains.lengthBehind(current.address);
    }

    @Override
    public void totalLength(int lengthBytes) {
        FrameSlot current = slot();
        SegmentChains chains = metadata().chains();
        if (chains == null || !chains.follows(current.address)) {
            length(lengthBytes);
            return;
        }
        if (lengthBytes < 0 || lengthBytes > totalLength()) {
            throw new IllegalArgumentException("total length " + lengthBytes + " is not between 0 and the "
                    + totalLength() + " bytes of the frame's segments, of which none can grow together");
        }
        revokeSegments();
        int first = Math.min(lengthBytes, current.length);
        length(first);
        chains.shorten(current.address, lengthBytes - first);
    }

    @Override
    public Lease lease() {
        FrameSlot current = slot();
        FrameMetadata metadata = metadata();
        Lease lease = leases.take(
                current.portId, metadata.identity(current), segment(), metadata.isSegmented(current) ? metadata : null);
        current.countLease();
        return lease;
    }
}

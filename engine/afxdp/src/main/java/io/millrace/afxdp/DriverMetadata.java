package io.millrace.afxdp;

import io.millrace.Frame;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.EthernetMetadata;
import io.millrace.spi.FrameDescriptor;
import io.millrace.xdp.MetadataLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads, beside the headers, what the driver knew of a frame: the XDP program wrote it right in front of the frame's
 * bytes. Each received frame has this metadata, with a bit for each hint that says whether it is present. Used by one
 * thread only.
 */
final class DriverMetadata extends EthernetMetadata {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MemorySegment memory;

    DriverMetadata(Umem umem, SegmentChains chains) {
        this(umem, chains, 0);
    }

    DriverMetadata(Umem umem, SegmentChains chains, int reserved) {
        super(umem, chains, reserved);
        memory = umem.memory();
    }

    /**
     * Returns whether a hint is present. A frame that a stage has extended to the front, up to the start of its chunk,
     * has none.
     */
    private boolean has(FrameDescriptor frame, int hint) {
        long address = frame.address();
        return address - umem().frameAddress(address) >= MetadataLayout.LENGTH
                && MetadataLayout.has(memory.get(INT, address + MetadataLayout.PRESENT), hint);
    }

    @Override
    public long timestampNs(FrameDescriptor frame) {
        return has(frame, MetadataLayout.HAS_TIMESTAMP)
                ? memory.get(LONG, frame.address() + MetadataLayout.TIMESTAMP)
                : 0;
    }

    @Override
    public boolean hasRssHash(FrameDescriptor frame) {
        return has(frame, MetadataLayout.HAS_HASH);
    }

    @Override
    public int rssHash(FrameDescriptor frame) {
        return hasRssHash(frame) ? memory.get(INT, frame.address() + MetadataLayout.HASH) : 0;
    }

    @Override
    public int vlanTag(FrameDescriptor frame) {
        return has(frame, MetadataLayout.HAS_VLAN)
                ? Short.toUnsignedInt(memory.get(SHORT, frame.address() + MetadataLayout.VLAN_TAG))
                : Frame.NO_VLAN;
    }
}

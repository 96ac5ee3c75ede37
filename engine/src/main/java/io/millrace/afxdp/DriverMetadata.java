package io.millrace.afxdp;

import io.millrace.Frame;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.xdp.MetadataLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads, too, what the driver knew of a frame: the XDP program wrote it right in front of the frame's bytes. The socket
 * got no frame without it; each hint says by itself whether it is there. One thread.
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

    /** Not behind the start of the chunk, where a frame that a stage made longer to the front has nothing before it. */
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

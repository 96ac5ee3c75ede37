package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.xdp.xdp_desc;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.bindings.xdp.xdp_mmap_offsets;
import io.millrace.bindings.xdp.xdp_ring_offset;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The constants of the hot path, and the layout of the fixture, against the kernel's headers and the kernel itself. */
final class KernelLayoutTest {
    @Test
    void shouldLayOutDescriptorsAsTheKernelDoes() {
        assertEquals(xdp_desc.addr$offset(), XdpDescriptor.ADDRESS);
        assertEquals(xdp_desc.len$offset(), XdpDescriptor.LENGTH);
        assertEquals(xdp_desc.options$offset(), XdpDescriptor.OPTIONS);
        assertEquals(xdp_desc.sizeof(), 1 << XdpDescriptor.SHIFT);
        assertEquals(Long.BYTES, 1 << XdpDescriptor.ADDRESS_SHIFT);
    }

    @Test
    void shouldNameFlagsAsTheKernelDoes() {
        assertEquals(xdp_h.XDP_RING_NEED_WAKEUP(), ProducerRing.NEED_WAKEUP);
        assertEquals(xdp_h.XDP_PKT_CONTD(), XdpDescriptor.CONTINUED);
        assertEquals(xdp_h.XDP_TX_METADATA(), XdpDescriptor.METADATA);
    }

    @Test
    @RootOnly
    void shouldLayOutTheFixturesRingsAsTheKernelDoes() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment offsets = arena.allocate(xdp_mmap_offsets.layout());
            final int socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
            try {
                Libc.getsockopt(socket, libc_h.SOL_XDP(), xdp_h.XDP_MMAP_OFFSETS(), offsets);
            } finally {
                Libc.close(socket);
            }
            assertEquals(RingMemory.OFFSETS, ringOffsets(xdp_mmap_offsets.rx(offsets)));
            assertEquals(RingMemory.OFFSETS, ringOffsets(xdp_mmap_offsets.tx(offsets)));
            assertEquals(RingMemory.OFFSETS, ringOffsets(xdp_mmap_offsets.fr(offsets)));
            assertEquals(RingMemory.OFFSETS, ringOffsets(xdp_mmap_offsets.cr(offsets)));
        }
    }

    private static RingOffsets ringOffsets(MemorySegment ring) {
        return new RingOffsets(
                xdp_ring_offset.producer(ring),
                xdp_ring_offset.consumer(ring),
                xdp_ring_offset.flags(ring),
                xdp_ring_offset.desc(ring));
    }
}

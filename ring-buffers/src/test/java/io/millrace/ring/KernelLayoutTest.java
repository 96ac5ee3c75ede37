package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.xdp.xdp_desc;
import io.millrace.bindings.xdp.xdp_h;
import org.junit.jupiter.api.Test;

/** The constants of the hot path, written by hand there, against what jextract read from the kernel's headers. */
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
    }
}

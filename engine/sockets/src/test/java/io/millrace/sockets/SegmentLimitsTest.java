package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Limits by host, for a while; the test has the clock. */
class SegmentLimitsTest {
    private static final int NONE = Integer.MAX_VALUE;
    /** The clock may overflow. */
    private static final long NOW_NS = Long.MAX_VALUE - 5;

    private static MemorySegment name(String host, int port) {
        MemorySegment name = Arena.ofAuto().allocate(SocketAddresses.SPACE, Long.BYTES);
        SocketAddresses.write(name, 0, new InetSocketAddress(InetAddress.ofLiteral(host), port));
        return name;
    }

    private static int limit(SegmentLimits limits, String host, long nowNs) {
        return limits.limit(name(host, 80), 0, nowNs);
    }

    @Test
    void shouldHoldForAHostAndForgetInTime() {
        SegmentLimits limits = new SegmentLimits(true);
        assertFalse(limits.any());
        limits.refused(name("192.0.2.1", 1), 0, 1_400, NOW_NS);
        assertTrue(limits.any());
        assertEquals(1_399, limit(limits, "192.0.2.1", NOW_NS + 1), "of all its ports");
        assertEquals(NONE, limit(limits, "192.0.2.2", NOW_NS + 1));
        limits.refused(name("192.0.2.1", 1), 0, 1_000, NOW_NS + 1);
        limits.refused(name("192.0.2.1", 1), 0, 1_200, NOW_NS + 2);
        assertEquals(999, limit(limits, "192.0.2.1", NOW_NS + 1 + SegmentLimits.HOLDS_NS));
        assertEquals(NONE, limit(limits, "192.0.2.1", NOW_NS + 2 + SegmentLimits.HOLDS_NS));
        assertFalse(limits.any());
    }

    @Test
    void shouldTellHostsOfIpv6Apart() {
        SegmentLimits limits = new SegmentLimits(false);
        limits.refused(name("2001:db8::1", 1), 0, 500, NOW_NS);
        assertEquals(499, limit(limits, "2001:db8::1", NOW_NS));
        assertEquals(NONE, limit(limits, "2001:db8::2", NOW_NS));
        assertEquals(NONE, limit(limits, "2001:db9::1", NOW_NS));
    }

    @Test
    void shouldKeepTheLaterOfTwoInOnePlace() {
        SegmentLimits limits = new SegmentLimits(true);
        for (int i = 0; i < 1_000; i++) {
            String host = "10.0." + i / 250 + "." + (i % 250 + 1);
            limits.refused(name(host, 1), 0, 1_000, NOW_NS);
            assertEquals(999, limit(limits, host, NOW_NS));
        }
        for (int i = 0; i < 1_000; i++) {
            limit(limits, "10.0." + i / 250 + "." + (i % 250 + 1), NOW_NS + SegmentLimits.HOLDS_NS);
        }
        assertFalse(limits.any(), "every place is free again");
    }
}

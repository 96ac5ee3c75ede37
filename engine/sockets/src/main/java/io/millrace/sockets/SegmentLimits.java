package io.millrace.sockets;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The longest segments that the kernel may cut a send into, by destination: routes differ in their MTU, and in whether
 * their device computes checksums. A limit is learnt from datagrams that were refused together and could be sent one by
 * one. It is forgotten after a while, since routes change. Only the poller's thread may use this.
 *
 * <p>Each address has one place in a small table. If two addresses share a place, the later one stays; the other is
 * learnt again, which costs one refused send.
 */
final class SegmentLimits {
    /** How long a limit holds. */
    static final long HOLDS_NS = 10_000_000_000L;

    private static final int PLACES = 256;
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final boolean isIpv4;
    private final long[] keys = new long[PLACES];
    private final int[] limits = new int[PLACES];
    private final long[] endsNs = new long[PLACES];
    /** The number of places with a limit, so that a port which has learnt none need not look anything up. */
    private int count;

    SegmentLimits(boolean isIpv4) {
        this.isIpv4 = isIpv4;
    }

    /** Returns whether any limit is known. */
    boolean any() {
        return count > 0;
    }

    /** The longest segment to an address in bytes, {@link Integer#MAX_VALUE} if no limit is known. */
    int limit(MemorySegment names, long name, long nowNs) {
        long key = key(names, name);
        int place = place(key);
        if (limits[place] == 0 || keys[place] != key) {
            return Integer.MAX_VALUE;
        }
        if (nowNs - endsNs[place] >= 0) {
            limits[place] = 0;
            count--;
            return Integer.MAX_VALUE;
        }
        return limits[place] - 1;
    }

    /**
     * Notes that segments of that length to an address were refused, although the datagrams could be sent one by one.
     */
    void refused(MemorySegment names, long name, int segment, long nowNs) {
        long key = key(names, name);
        int place = place(key);
        boolean isKnown = limits[place] != 0 && keys[place] == key;
        count += limits[place] == 0 ? 1 : 0;
        limits[place] = isKnown ? Math.min(limits[place], segment) : segment;
        keys[place] = key;
        endsNs[place] = nowNs + HOLDS_NS;
    }

    /** Hashes the host only, because all its ports share one route. */
    private long key(MemorySegment names, long name) {
        return isIpv4
                ? names.get(INT, name + IPV4_ADDRESS)
                : names.get(LONG, name + IPV6_ADDRESS) * MIX + names.get(LONG, name + IPV6_ADDRESS + Long.BYTES);
    }

    private static int place(long key) {
        return (int) ((key * MIX) >>> Long.SIZE - Integer.numberOfTrailingZeros(PLACES));
    }
}

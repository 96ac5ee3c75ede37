package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.IPPROTO_IP;
import static io.millrace.bindings.libc.libc_h.IPPROTO_IPV6;
import static io.millrace.bindings.libc.libc_h.IPPROTO_UDP;
import static io.millrace.bindings.libc.libc_h.IPV6_PKTINFO;
import static io.millrace.bindings.libc.libc_h.IP_PKTINFO;
import static io.millrace.bindings.libc.libc_h.UDP_SEGMENT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes the ancillary data of sent datagrams: the segment length, and the source address. */
final class SendControls {
    private static final int IPV4_INFO = 12;
    private static final int IPV6_INFO = 20;
    private static final int IPV4_FROM = 4;
    private static final int SEGMENT_SPACE = ControlMessages.space(Short.BYTES);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final boolean isIpv4;
    private final MemorySegment infos;

    /** @param infos the frames' memory, with the packet infos of received datagrams in it */
    SendControls(boolean isIpv4, MemorySegment infos) {
        this.isIpv4 = isIpv4;
        this.infos = infos;
    }

    /** Returns whether two packet infos, each of which may be {@link ControlMessages#NONE}, have the same address. */
    boolean isSameSource(long one, long other) {
        if (one == ControlMessages.NONE || other == ControlMessages.NONE) {
            return one == other;
        }
        return isIpv4
                ? infos.get(LONG, one + IPV4_FROM) == infos.get(LONG, other + IPV4_FROM)
                : infos.get(LONG, one) == infos.get(LONG, other)
                        && infos.get(LONG, one + Long.BYTES) == infos.get(LONG, other + Long.BYTES);
    }

    /**
     * Writes the ancillary data.
     *
     * @param segment the segment length in bytes, or 0
     * @param from    the memory with the packet info of the answered datagram
     * @param info    where in it, or {@link ControlMessages#NONE}
     * @return the length of the ancillary data
     */
    int write(MemorySegment to, long at, int segment, MemorySegment from, long info) {
        int length = 0;
        if (segment > 0) {
            ControlMessages.write(to, at, IPPROTO_UDP(), UDP_SEGMENT(), Short.BYTES);
            to.set(SHORT, at + ControlMessages.HEADER, (short) segment);
            length = SEGMENT_SPACE;
        }
        if (info != ControlMessages.NONE) {
            length += source(to, at + length, from, info);
        }
        return length;
    }

    /**
     * Where {@link #write} has put the packet info, which may be written again from there; {@link ControlMessages#NONE}
     * if there is none.
     */
    static long written(long at, int segment, long info) {
        return info == ControlMessages.NONE ? info : at + (segment > 0 ? SEGMENT_SPACE : 0) + ControlMessages.HEADER;
    }

    /** The address that a datagram was sent to becomes the source of its answer; the kernel finds the route. */
    private int source(MemorySegment to, long at, MemorySegment from, long info) {
        long data = at + ControlMessages.HEADER;
        if (isIpv4) {
            ControlMessages.write(to, at, IPPROTO_IP(), IP_PKTINFO(), IPV4_INFO);
            to.set(INT, data, 0);
            to.set(INT, data + IPV4_FROM, from.get(INT, info + IPV4_FROM));
            to.set(INT, data + 2 * IPV4_FROM, 0);
            return ControlMessages.space(IPV4_INFO);
        }
        ControlMessages.write(to, at, IPPROTO_IPV6(), IPV6_PKTINFO(), IPV6_INFO);
        to.set(LONG, data, from.get(LONG, info));
        to.set(LONG, data + Long.BYTES, from.get(LONG, info + Long.BYTES));
        to.set(INT, data + 2 * Long.BYTES, 0);
        return ControlMessages.space(IPV6_INFO);
    }
}

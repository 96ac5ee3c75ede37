package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.IPPROTO_IP;
import static io.millrace.bindings.libc.libc_h.IPPROTO_IPV6;
import static io.millrace.bindings.libc.libc_h.IPPROTO_UDP;
import static io.millrace.bindings.libc.libc_h.IPV6_PKTINFO;
import static io.millrace.bindings.libc.libc_h.IP_PKTINFO;
import static io.millrace.bindings.libc.libc_h.MSG_TRUNC;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_TIMESTAMPNS;
import static io.millrace.bindings.libc.libc_h.UDP_GRO;

import io.millrace.bindings.libc.msghdr;
import io.millrace.bindings.uring.io_uring_recvmsg_out;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The layout of what a multishot recvmsg writes to a provided buffer, io_uring_prep_recvmsg_multishot(3). Everything in
 * front of the payload has the room that the message header asked for, so each part has the same offset in every frame.
 *
 * <pre>
 *   0           16          16 + name           16 + name + control
 *  +-----------+-----------+-------------------+----------------------
 *  | lengths   | who sent  | ancillary data    | payload: the frame
 *  +-----------+-----------+-------------------+----------------------
 * </pre>
 */
final class DatagramLayout {
    static final int NAME = (int) io_uring_recvmsg_out.sizeof();

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final long CONTROL_LENGTH = io_uring_recvmsg_out.controllen$offset();
    private static final long PAYLOAD_LENGTH = io_uring_recvmsg_out.payloadlen$offset();
    private static final long FLAGS = io_uring_recvmsg_out.flags$offset();
    private static final int TRUNCATED = MSG_TRUNC();
    private static final int IPV4_NAME = 16;
    /** Space for the address, with four bytes more than needed, so that the payload is aligned. */
    private static final int IPV6_NAME = 32;

    private static final int IPV4_INFO = 12;
    private static final int IPV6_INFO = 20;
    private static final int TIME = 16;
    private static final int SO_TIME = SO_TIMESTAMPNS();
    private static final int SOCKET = SOL_SOCKET();
    private static final int UDP = IPPROTO_UDP();
    private static final int GRO = UDP_GRO();

    private final boolean isIpv4;
    private final boolean tellsLocalAddress;
    private final boolean tellsTime;
    private final boolean coalesces;
    private final int nameLength;
    private final int controlLength;

    DatagramLayout(boolean isIpv4, boolean tellsLocalAddress, boolean tellsTime, boolean coalesces) {
        this.isIpv4 = isIpv4;
        this.tellsLocalAddress = tellsLocalAddress;
        this.tellsTime = tellsTime;
        this.coalesces = coalesces;
        this.nameLength = isIpv4 ? IPV4_NAME : IPV6_NAME;
        this.controlLength = (tellsLocalAddress ? ControlMessages.space(isIpv4 ? IPV4_INFO : IPV6_INFO) : 0)
                + (tellsTime ? ControlMessages.space(TIME) : 0)
                + (coalesces ? ControlMessages.space(Integer.BYTES) : 0);
    }

    /**
     * Makes the message header that a multishot recvmsg is submitted with. It has to exist as long as the operation is
     * under way.
     */
    MemorySegment newHeader(Arena arena) {
        MemorySegment header = msghdr.allocate(arena);
        msghdr.msg_namelen(header, nameLength);
        msghdr.msg_controllen(header, controlLength);
        return header;
    }

    boolean isIpv4() {
        return isIpv4;
    }

    boolean tellsLocalAddress() {
        return tellsLocalAddress;
    }

    boolean tellsTime() {
        return tellsTime;
    }

    boolean coalesces() {
        return coalesces;
    }

    /** The number of bytes in front of the payload. */
    int payloadOffset() {
        return NAME + nameLength + controlLength;
    }

    /** Returns whether the datagram was longer than the frame. */
    static boolean isTruncated(MemorySegment memory, long frameAddress) {
        return (memory.get(INT, frameAddress + FLAGS) & TRUNCATED) != 0;
    }

    /** Returns where the data of {@code IP_PKTINFO} or {@code IPV6_PKTINFO} starts, or {@link ControlMessages#NONE}. */
    long localAddress(MemorySegment memory, long frameAddress) {
        return isIpv4
                ? find(memory, frameAddress, IPPROTO_IP(), IP_PKTINFO())
                : find(memory, frameAddress, IPPROTO_IPV6(), IPV6_PKTINFO());
    }

    /**
     * Like {@link #localAddress}, but only if an answer can be sent from that address. An IPv6 multicast group can't be
     * a source, and IPv6 tells no other address.
     */
    long answerFrom(MemorySegment memory, long frameAddress) {
        long at = localAddress(memory, frameAddress);
        boolean isGroup = !isIpv4 && at != ControlMessages.NONE && memory.get(ValueLayout.JAVA_BYTE, at) == (byte) 0xff;
        return isGroup ? ControlMessages.NONE : at;
    }

    /** Returns where the time of {@code SO_TIMESTAMPNS} starts, or {@link ControlMessages#NONE}. */
    long time(MemorySegment memory, long frameAddress) {
        return find(memory, frameAddress, SOCKET, SO_TIME);
    }

    /** The length of each datagram in a coalesced buffer, except the last one; 0 if there is a single datagram. */
    int segmentLength(MemorySegment memory, long frameAddress) {
        long at = find(memory, frameAddress, UDP, GRO);
        return at == ControlMessages.NONE ? 0 : memory.get(INT, at);
    }

    /**
     * The number of bytes that a datagram may grow to; the datagrams of a coalesced buffer lie side by side.
     *
     * @param offset where the datagram starts in the frame
     * @param rest   the number of bytes from there to the frame's end
     */
    int room(MemorySegment memory, long frameAddress, int offset, int rest) {
        int segment = segmentLength(memory, frameAddress);
        int left = memory.get(INT, frameAddress + PAYLOAD_LENGTH) - (offset - payloadOffset());
        return segment > 0 && left > segment ? segment : rest;
    }

    private long find(MemorySegment memory, long frameAddress, int level, int type) {
        int length = Math.min(memory.get(INT, frameAddress + CONTROL_LENGTH), controlLength);
        return ControlMessages.find(memory, frameAddress + NAME + nameLength, length, level, type);
    }
}

package io.millrace.lab.system;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.AF_INET6;
import static io.millrace.bindings.libc.libc_h.ECONNREFUSED;
import static io.millrace.bindings.libc.libc_h.IPPROTO_UDP;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_DGRAM;
import static io.millrace.bindings.libc.libc_h.UDP_SEGMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.Libc;
import io.millrace.bindings.Sockets;
import io.millrace.bindings.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * A UDP socket that has the kernel cut what is written to it into datagrams of one length: over loopback they arrive as
 * they were written, in one piece, where the receiver has UDP_GRO, and else one by one.
 */
final class SegmentedSender implements AutoCloseable {
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;

    private final int fd;

    SegmentedSender(InetSocketAddress server, int segmentBytes) {
        byte[] address = server.getAddress().getAddress();
        boolean isIpv4 = address.length == Integer.BYTES;
        fd = Libc.socket(isIpv4 ? AF_INET() : AF_INET6(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        Libc.setsockopt(fd, IPPROTO_UDP(), UDP_SEGMENT(), segmentBytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(isIpv4 ? IPV4_LENGTH : IPV6_LENGTH, Long.BYTES);
            name.set(ValueLayout.JAVA_SHORT, 0, (short) (isIpv4 ? AF_INET() : AF_INET6()));
            name.set(BIG_SHORT, 2, (short) server.getPort());
            MemorySegment.copy(address, 0, name, ValueLayout.JAVA_BYTE, isIpv4 ? 4 : 8, address.length);
            Sockets.connect(fd, name);
        }
    }

    /** Sends datagrams back to back; the last one may be shorter than the others. */
    void send(byte[] datagrams) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagrams);
            assertEquals(datagrams.length, Libc.write(fd, bytes));
        }
    }

    /** The same; false when the other side has closed its port. */
    boolean trySend(byte[] datagrams) {
        try {
            send(datagrams);
            return true;
        } catch (SystemCallException e) {
            assertEquals(ECONNREFUSED(), e.errno(), e::getMessage);
            return false;
        }
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}

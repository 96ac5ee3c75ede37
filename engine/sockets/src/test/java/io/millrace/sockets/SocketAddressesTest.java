package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.EndpointView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, byte by byte. */
class SocketAddressesTest {
    private static final InetSocketAddress IPV4 = address("192.0.2.129", 50_001);
    private static final InetSocketAddress IPV6 = address("2001:db8::8000:0:1", 53);
    private static final String IPV4_BYTES = "0200" + "c351" + "c0000281" + "0000000000000000";
    private static final String IPV6_BYTES = "0a00" + "0035" + "00000000" + "20010db8000000000000800000000001";

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    private static EndpointView view(InetSocketAddress address) {
        EndpointView view = new EndpointView();
        try (Arena arena = Arena.ofConfined()) {
            SocketAddresses.read(SocketAddresses.allocate(arena, address), 0, view);
        }
        return view;
    }

    @Test
    void shouldWriteWhatTheKernelReads() throws UnknownHostException {
        assertEquals(IPV4_BYTES, hex(SocketAddresses.allocate(arena, IPV4)));
        assertEquals(IPV6_BYTES + "00000000", hex(SocketAddresses.allocate(arena, IPV6)));
        InetAddress zoned = Inet6Address.getByAddress(null, IPV6.getAddress().getAddress(), 0x0102);
        assertEquals(IPV6_BYTES + "02010000", hex(SocketAddresses.allocate(arena, new InetSocketAddress(zoned, 53))));
        assertEquals(16, SocketAddresses.length(SocketAddresses.family(IPV4.getAddress())));
        assertEquals(28, SocketAddresses.length(SocketAddresses.family(IPV6.getAddress())));
        assertTrue(SocketAddresses.SPACE >= 28);
    }

    @Test
    void shouldReadWhatTheKernelWrites() {
        EndpointView four = view(IPV4);
        assertEquals(4, four.ipVersion());
        assertEquals(0xc000_0281, four.ipv4());
        assertEquals(50_001, four.port());
        EndpointView six = view(IPV6);
        assertEquals(6, six.ipVersion());
        assertEquals(0x2001_0db8_0000_0000L, six.ipv6High());
        assertEquals(0x0000_8000_0000_0001L, six.ipv6Low());
        assertEquals(53, six.port());
        assertEquals(IPV4, SocketAddresses.toObject(SocketAddresses.allocate(arena, IPV4)));
        assertEquals(IPV6, SocketAddresses.toObject(SocketAddresses.allocate(arena, IPV6)));
        SocketAddresses.read(arena.allocate(SocketAddresses.SPACE), 0, six);
        assertEquals(0, six.ipVersion(), "of no family that is known");
    }

    @Test
    void shouldWriteWhatFrameToldOverWhateverWasThere() {
        MemorySegment memory = arena.allocate(40);
        memory.fill((byte) 0xff);
        assertEquals(28, SocketAddresses.write(memory, 8, view(IPV6)));
        assertEquals(IPV6_BYTES + "00000000", hex(memory.asSlice(8, 28)), "without flow and scope");
        assertEquals(16, SocketAddresses.write(memory, 8, view(IPV4)));
        assertEquals(IPV4_BYTES.substring(0, 16), hex(memory.asSlice(8, 8)));
        assertEquals(0, SocketAddresses.write(memory, 8, new EndpointView()));
        assertArrayEquals(new byte[] {-1, -1}, memory.asSlice(36, 2).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void shouldTellAddressesApart() {
        InetSocketAddress[] all = {
            IPV4,
            IPV6,
            address("192.0.2.129", 50_002),
            address("192.0.2.128", 50_001),
            address("2001:db8::8000:0:1", 54),
            address("2001:db8::8000:0:2", 53),
            address("2001:db9::8000:0:1", 53)
        };
        for (InetSocketAddress one : all) {
            for (InetSocketAddress other : all) {
                MemorySegment first = arena.allocate(SocketAddresses.SPACE + 4);
                first.fill((byte) 7);
                SocketAddresses.write(first, 4, one);
                MemorySegment second = arena.allocate(SocketAddresses.SPACE);
                SocketAddresses.write(second, 0, other);
                assertEquals(one.equals(other), SocketAddresses.same(first, 4, second, 0), one + " and " + other);
            }
        }
        assertFalse(view(IPV4).sameAs(view(IPV6)));
    }

    @Test
    void shouldWriteAddressesAsPeopleDo() {
        assertEquals("192.0.2.129:50001", SocketAddresses.text(IPV4));
        assertEquals("[::1]:9000", SocketAddresses.text(address("::1", 9_000)));
        assertEquals("[::]:0", SocketAddresses.text(address("::", 0)));
    }
}

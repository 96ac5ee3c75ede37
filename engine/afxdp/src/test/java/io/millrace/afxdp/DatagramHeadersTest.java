package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.Slots;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames that payloads of sockets become, compared with ones that this test puts together from the RFCs. */
class DatagramHeadersTest {
    private static final int FRAME_SIZE = 2048;
    private static final byte[] FROM_MAC = HexFormat.of().parseHex("020000000001");
    private static final byte[] TO_MAC = HexFormat.of().parseHex("020000000002");
    private static final InetSocketAddress[] IPV4 = {address("10.0.0.1", 40_000), address("192.168.255.254", 9_000)};
    private static final InetSocketAddress[] IPV6 = {address("2001:db8::1", 40_000), address("2001:db8::ffff:2", 53)};

    private final Arena arena = Arena.ofConfined();
    private final Umem sockets = Umem.mapBuffers(arena, 4, 8192, HugePages.OFF);
    private final Umem umem = Umem.map(arena, 4, FRAME_SIZE, HugePages.OFF);

    @AfterEach
    void close() {
        arena.close();
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static DatagramHeaders headers(InetSocketAddress... ends) {
        return new DatagramHeaders(FROM_MAC, true, TO_MAC, ends[0], ends[1]);
    }

    private byte[] wrapped(byte[] payload, InetSocketAddress... ends) {
        umem.memory().fill((byte) 0xa5);
        long at = 8192 + 48;
        MemorySegment.copy(payload, 0, sockets.memory(), ValueLayout.JAVA_BYTE, at, payload.length);
        int length = headers(ends).wrap(Slots.frame(at, payload.length), sockets, umem, 3 * FRAME_SIZE);
        if (3 * FRAME_SIZE + length < umem.lengthBytes()) {
            assertEquals((byte) 0xa5, umem.memory().get(ValueLayout.JAVA_BYTE, 3L * FRAME_SIZE + length), "no more");
        }
        return umem.memory().asSlice(3L * FRAME_SIZE, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** RFC 1071: the complement of the one's complement sum of 16-bit words. */
    private static int checksum(byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (long) (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) (~sum & 0xffff);
    }

    /** RFC 768, 791, 8200. */
    private static byte[] expected(byte[] payload, InetSocketAddress[] ends) {
        byte[] from = ends[0].getAddress().getAddress();
        byte[] to = ends[1].getAddress().getAddress();
        boolean isIpv4 = from.length == 4;
        int udpLength = 8 + payload.length;
        byte[] pseudo = ByteBuffer.allocate(2 * from.length + 8)
                .put(from)
                .put(to)
                .putInt(udpLength)
                .putInt(17)
                .array();
        ByteBuffer udp = ByteBuffer.allocate(udpLength)
                .putShort((short) ends[0].getPort())
                .putShort((short) ends[1].getPort())
                .putShort((short) udpLength)
                .putShort((short) 0)
                .put(payload);
        int sum = checksum(ByteBuffer.allocate(pseudo.length + udpLength)
                .put(pseudo)
                .put(udp.array())
                .array());
        udp.putShort(6, (short) (sum == 0 ? 0xffff : sum));
        ByteBuffer ip = ByteBuffer.allocate(isIpv4 ? 20 : 40);
        if (isIpv4) {
            ip.putShort((short) 0x4500)
                    .putShort((short) (20 + udpLength))
                    .putInt(0x4000)
                    .put((byte) 64)
                    .put((byte) 17)
                    .putShort((short) 0)
                    .put(from)
                    .put(to);
            ip.putShort(10, (short) checksum(ip.array()));
        } else {
            ip.putInt(0x6000_0000)
                    .putShort((short) udpLength)
                    .put((byte) 17)
                    .put((byte) 64)
                    .put(from)
                    .put(to);
        }
        return ByteBuffer.allocate(14 + ip.capacity() + udpLength)
                .put(TO_MAC)
                .put(FROM_MAC)
                .putShort((short) (isIpv4 ? 0x0800 : 0x86dd))
                .put(ip.array())
                .put(udp.array())
                .array();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 17, 18, 100, 999, 1472, 1985, 1986})
    void shouldPutHeadersInFront(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        assertArrayEquals(expected(payload, IPV4), wrapped(payload, IPV4));
        assertArrayEquals(expected(payload, IPV6), wrapped(payload, IPV6));
    }

    /** 0 means that there is no checksum, which IPv6 forbids. */
    @Test
    void shouldNeverLeaveTheChecksumOut() {
        int ones = 0;
        for (int i = 0; i < 1 << 16; i++) {
            byte[] payload = {(byte) (i >> 8), (byte) i};
            byte[] frame = wrapped(payload, IPV6);
            int sum = ByteBuffer.wrap(frame).getShort(14 + 40 + 6) & 0xffff;
            assertTrue(sum != 0);
            ones += sum == 0xffff ? 1 : 0;
        }
        assertEquals(1, ones);
    }

    @Test
    void shouldTakeWhatFitsFrame() {
        for (InetSocketAddress[] ends : new InetSocketAddress[][] {IPV4, IPV6}) {
            int room = FRAME_SIZE - (ends == IPV4 ? 42 : 62);
            assertTrue(headers(ends).fits(Slots.frame(0, 0), umem.frameSize()));
            assertTrue(headers(ends).fits(Slots.frame(0, room), umem.frameSize()));
            assertFalse(headers(ends).fits(Slots.frame(0, room + 1), umem.frameSize()));
            assertFalse(headers(ends).fits(Slots.frame(0, 1 << 20), umem.frameSize()));
        }
    }

    @Test
    void shouldTakeNoMoreThanTheMtu() {
        DatagramHeaders headers = headers(IPV4);
        headers.follow(0, 100);
        assertTrue(headers.fits(Slots.frame(0, 72), umem.frameSize()));
        assertFalse(headers.fits(Slots.frame(0, 73), umem.frameSize()));
        headers.follow(0, 101);
        assertTrue(headers.fits(Slots.frame(0, 73), umem.frameSize()));
    }

    private byte[] sourceMac(DatagramHeaders headers) {
        headers.wrap(Slots.frame(0, 1), sockets, umem, 0);
        return umem.memory().asSlice(6, 6).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void shouldComeFromTheAddressThatTheInterfaceHas() {
        byte[] other = HexFormat.of().parseHex("0a00ff0000fe");
        DatagramHeaders own = headers(IPV4);
        own.follow(0x0a00ff0000feL, 1500);
        assertArrayEquals(other, sourceMac(own));
        own.follow(0, 1500);
        assertArrayEquals(other, sourceMac(own), "nothing was heard");
        DatagramHeaders set = new DatagramHeaders(FROM_MAC, false, TO_MAC, IPV4[0], IPV4[1]);
        set.follow(0x0a00ff0000feL, 1500);
        assertArrayEquals(FROM_MAC, sourceMac(set), "that of the config");
    }

    @Test
    void shouldKeepNothingOfTheFrameBefore() {
        DatagramHeaders headers = headers(IPV4);
        byte[] large = new byte[1000];
        byte[] small = {1, 2, 3};
        MemorySegment.copy(small, 0, sockets.memory(), ValueLayout.JAVA_BYTE, 0, small.length);
        headers.wrap(Slots.frame(2000, large.length), sockets, umem, 0);
        int length = headers.wrap(Slots.frame(0, small.length), sockets, umem, 0);
        assertArrayEquals(
                expected(small, IPV4), umem.memory().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
}

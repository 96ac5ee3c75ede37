package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.CrankedPort;
import io.millrace.core.stage.ReflectStage;
import io.millrace.statistics.PortCounter;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Packets;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in several segments turned round, with checksums over all of them. */
class SegmentedReflectTest {
    private static final int IPV4 = 14;
    private static final int TRANSPORT = 34;
    private static final int UDP_CHECKSUM = TRANSPORT + 6;
    private static final int TCP_CHECKSUM = TRANSPORT + 16;

    private final Arena arena = Arena.ofConfined();
    private final CrankedPort port = CrankedPort.segmented(arena, 0, 64, 32, 32, 18);
    private final Crank crank = Crank.inline(port, new ReflectStage(), frame -> frame.forward(0));

    @AfterEach
    void close() {
        arena.close();
    }

    /** A frame over IPv4 with a long payload; its transport checksum is that of the pseudo header alone, or right. */
    private static byte[] frame(int protocol, int length, boolean finished) {
        byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        System.arraycopy(Packets.bytes(Packets.UDP_IPV4), 0, frame, 0, 42);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        bytes.putShort(IPV4 + 2, (short) (length - IPV4));
        frame[IPV4 + 9] = (byte) protocol;
        UnsafeBuffer buffer = new UnsafeBuffer(frame);
        Ipv4Flyweight ip = new Ipv4Flyweight();
        assertTrue(ip.wrap(buffer, IPV4, length - IPV4));
        ip.updateChecksum();
        if (protocol == 17) {
            bytes.putShort(TRANSPORT + 4, (short) (length - TRANSPORT));
            bytes.putShort(UDP_CHECKSUM, partial(ip));
            if (finished) {
                UdpFlyweight udp = new UdpFlyweight();
                assertTrue(udp.wrap(buffer, TRANSPORT, length - TRANSPORT));
                udp.completeChecksum(ip.pseudoHeaderSum());
            }
        } else {
            frame[TRANSPORT + 12] = 5 << 4;
            bytes.putShort(TCP_CHECKSUM, partial(ip));
            if (finished) {
                TcpFlyweight tcp = new TcpFlyweight();
                assertTrue(tcp.wrap(buffer, TRANSPORT, length - TRANSPORT));
                tcp.completeChecksum(ip.pseudoHeaderSum());
            }
        }
        return frame;
    }

    private static short partial(Ipv4Flyweight ip) {
        long sum = ip.pseudoHeaderSum();
        while (sum > 0xffff) {
            sum = (sum >>> 16) + (sum & 0xffff);
        }
        return (short) sum;
    }

    private byte[] reflected(byte[] frame, int most) {
        assertTrue(port.arrive(frame, most));
        crank.turn();
        crank.failures.forEach(failure -> {
            throw new AssertionError(failure);
        });
        byte[] out = port.sendWhole().getFirst();
        crank.turn();
        return out;
    }

    private static void assertRight(byte[] frame) {
        UnsafeBuffer buffer = new UnsafeBuffer(frame);
        EthernetFlyweight ethernet = new EthernetFlyweight();
        Ipv4Flyweight ip = new Ipv4Flyweight();
        assertTrue(ethernet.wrap(buffer, 0, frame.length));
        assertEquals(0x0200_0000_0001L, ethernet.destination());
        assertTrue(ip.wrap(buffer, IPV4, frame.length - IPV4));
        assertTrue(ip.isChecksumValid());
        assertEquals(0x0a00_0001, ip.destination());
        if (ip.protocol() == 17) {
            UdpFlyweight udp = new UdpFlyweight();
            assertTrue(udp.wrap(buffer, TRANSPORT, ip.payloadLength()));
            assertEquals(9_000, udp.sourcePort());
            assertTrue(udp.isChecksumValid(ip.pseudoHeaderSum()));
        } else {
            TcpFlyweight tcp = new TcpFlyweight();
            assertTrue(tcp.wrap(buffer, TRANSPORT, ip.payloadLength()));
            assertEquals(9_000, tcp.sourcePort());
            assertTrue(tcp.isChecksumValid(ip.pseudoHeaderSum()));
        }
    }

    /** Segments of odd and even lengths: bytes change halves of the words that are summed up. */
    @ParameterizedTest
    @ValueSource(ints = {17, 6})
    void shouldFinishChecksumOverAllSegments(int protocol) {
        for (int most : new int[] {100, 101, 333, 1_000, 1_001, 1_792}) {
            for (int length : new int[] {1_500, 1_501, 1_799, 1_800}) {
                assertRight(reflected(frame(protocol, length, false), most));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 6})
    void shouldLeaveRightChecksumAlone(int protocol) {
        byte[] frame = frame(protocol, 1_777, true);
        byte[] out = reflected(frame, 500);
        assertRight(out);
        assertEquals(
                -1,
                Arrays.mismatch(Arrays.copyOfRange(frame, 60, frame.length), Arrays.copyOfRange(out, 60, out.length)),
                "no other byte changes");
        int field = protocol == 17 ? UDP_CHECKSUM : TCP_CHECKSUM;
        assertEquals(
                ByteBuffer.wrap(frame).getShort(field), ByteBuffer.wrap(out).getShort(field));
    }

    /** However short a stage made the first segment: dropped unchanged, not an error. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.TCP_IPV6_EXTENSIONS
            })
    void shouldDropFrameWhoseFirstSegmentDoesNotHoldItsHeaders(String hex) {
        int headers = Packets.bytes(hex).length - 5;
        byte[] frame = Arrays.copyOf(Packets.bytes(hex), headers + 105);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int ip = hex.equals(Packets.UDP_IPV4_IN_VLANS) ? IPV4 + 8 : IPV4;
        boolean isIpv4 = frame[ip] >> 4 == 4;
        bytes.putShort(ip + (isIpv4 ? 2 : 4), (short) (frame.length - ip - (isIpv4 ? 0 : 40)));
        for (int most = 14; most < headers - 16; most++) {
            int dropped = (int) port.count(PortCounter.DROPPED_BY_STAGE);
            if (port.arrive(frame, most)) {
                crank.turn();
                assertEquals(List.of(), crank.failures);
                assertEquals(dropped + 1, port.count(PortCounter.DROPPED_BY_STAGE), "first segment of " + most);
            }
        }
        assertTrue(port.count(PortCounter.DROPPED_BY_STAGE) > 4);
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldDropFrameThatIsShorterThanItsHeadersSay() {
        byte[] frame = frame(17, 1_000, true);
        assertTrue(port.arrive(Arrays.copyOf(frame, 999), 400));
        crank.turn();
        assertEquals(0, port.sendWhole().size());
        assertTrue(port.audit().balanced());
    }
}

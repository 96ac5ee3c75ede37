package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Verdict;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.Packets;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectStageTest {
    private static final String MACS_SWAPPED = "020000000001" + "020000000002";
    private static final String IPV4_SWAPPED = "0a000002" + "0a000001";
    private static final String IPV6_SWAPPED = "20010db8000000000000000000000002" + "20010db8000000000000000000000001";
    private static final String PORTS_SWAPPED = "2328" + "9c40";

    private final ReflectStage stage = new ReflectStage();
    private final TestFrame frame = new TestFrame();

    private void assertReflected(String expected, String hex) {
        stage.onFrame(frame.load(Packets.bytes(hex)));
        assertEquals(expected, HexFormat.of().formatHex(frame.bytes()));
        assertEquals(Verdict.NONE, frame.verdict());
        assertTrue(frame.isUntouchedAround());
    }

    private void assertDroppedUnchanged(byte[] bytes, String what) {
        stage.onFrame(frame.load(bytes));
        assertTrue(Verdict.isDrop(frame.verdict()), what);
        assertArrayEquals(bytes, frame.bytes(), what);
    }

    @Test
    void shouldSwapAddressesAndPortsOfUdpOverIpv4() {
        assertReflected(
                MACS_SWAPPED + "0800" + "450000211234000040115496" + IPV4_SWAPPED + PORTS_SWAPPED + "000d3193"
                        + "6d696c6c21",
                Packets.UDP_IPV4);
    }

    @Test
    void shouldLeavePaddingAlone() {
        assertReflected(
                MACS_SWAPPED + "0800" + "450000211234000040115496" + IPV4_SWAPPED + PORTS_SWAPPED + "000d3193"
                        + "6d696c6c21" + "a5".repeat(13),
                Packets.UDP_IPV4_PADDED);
    }

    @Test
    void shouldLeaveVlanTagsAlone() {
        assertReflected(
                MACS_SWAPPED + "88a80064" + "8100a00a" + "0800" + "450000211234000040115496" + IPV4_SWAPPED
                        + PORTS_SWAPPED + "000d3193" + "6d696c6c21",
                Packets.UDP_IPV4_IN_VLANS);
    }

    @Test
    void shouldFindThePortsBehindIpv4Options() {
        assertReflected(
                MACS_SWAPPED + "0800" + "46000035123400004006bf88" + IPV4_SWAPPED + "94040000" + PORTS_SWAPPED
                        + "010203040506070860180200b7b60000" + "020405b4" + "6d696c6c21",
                Packets.TCP_IPV4_OPTIONS);
    }

    @Test
    void shouldSwapAddressesAndPortsOfUdpOverIpv6() {
        assertReflected(
                MACS_SWAPPED + "86dd" + "60012345000d1140" + IPV6_SWAPPED + PORTS_SWAPPED + "000dea20" + "6d696c6c21",
                Packets.UDP_IPV6);
    }

    @Test
    void shouldFindThePortsBehindIpv6ExtensionHeaders() {
        assertReflected(
                MACS_SWAPPED + "86dd" + "6001234500350040" + IPV6_SWAPPED + "3c00010400000000"
                        + "0601010c000000000000000000000000" + PORTS_SWAPPED + "01020304050607086018020070440000"
                        + "020405b4"
                        + "6d696c6c21",
                Packets.TCP_IPV6_EXTENSIONS);
    }

    @Test
    void shouldSwapThePortsOfAFirstFragment() {
        assertReflected(
                MACS_SWAPPED + "86dd" + "6001234500182c40" + IPV6_SWAPPED + "11000001deadbeef" + PORTS_SWAPPED
                        + "00280000" + "6d696c6c216d696c",
                Packets.FIRST_FRAGMENT_IPV6);
    }

    @Test
    void shouldLeaveThePayloadOfALaterFragmentAlone() {
        assertReflected(
                MACS_SWAPPED + "0800" + "4500001c123400014011549a" + IPV4_SWAPPED + "0102030405060708",
                Packets.SECOND_FRAGMENT_IPV4);
    }

    @Test
    void shouldSwapTheMacAddressesAloneOfAFrameThatIsNotIp() {
        assertReflected("020000000001" + "ffffffffffff" + Packets.ARP.substring(24), Packets.ARP);
    }

    @Test
    void shouldSwapTheIpAddressesOfOtherProtocols() {
        String icmp = Packets.UDP_IPV4.replace("40115496", "400154a6");
        assertReflected(
                MACS_SWAPPED + "0800" + "4500002112340000400154a6" + IPV4_SWAPPED + icmp.substring(icmp.length() - 26),
                icmp);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.TCP_IPV6_EXTENSIONS,
                Packets.FIRST_FRAGMENT_IPV6,
                Packets.SECOND_FRAGMENT_IPV4
            })
    void shouldDropUnchangedWhatIsCutShort(String hex) {
        byte[] whole = Packets.bytes(hex);
        for (int length = 0; length < whole.length; length++) {
            assertDroppedUnchanged(Arrays.copyOf(whole, length), "cut to " + length);
        }
    }

    @Test
    void shouldDropUnchangedWhenTheUdpLengthIsImpossible() {
        assertDroppedUnchanged(Packets.bytes(Packets.UDP_IPV4.replace("000d3193", "00073193")), "a length of 7");
    }

    @Test
    void shouldGiveBackTheFrameItWasGivenWhenAppliedTwice() {
        stage.onFrame(frame.load(Packets.bytes(Packets.TCP_IPV6_EXTENSIONS)));
        stage.onFrame(frame);
        assertArrayEquals(Packets.bytes(Packets.TCP_IPV6_EXTENSIONS), frame.bytes());
    }

    @Test
    void shouldKeepChecksumsOfIpv4Valid() {
        Ipv4Flyweight ip = new Ipv4Flyweight();
        assertTrue(ip.wrap(reflected(Packets.UDP_IPV4), 14, frame.length() - 14));
        assertTrue(ip.isChecksumValid());
        UdpFlyweight udp = new UdpFlyweight();
        assertTrue(udp.wrap(frame.buffer(), ip.payloadOffset(), ip.payloadLength()));
        assertTrue(udp.isChecksumValid(ip.pseudoHeaderSum()));
        assertEquals(9000, udp.sourcePort());
    }

    @Test
    void shouldKeepChecksumsOfIpv6Valid() {
        Ipv6Flyweight ip = new Ipv6Flyweight();
        assertTrue(ip.wrap(reflected(Packets.TCP_IPV6_EXTENSIONS), 14, frame.length() - 14));
        TcpFlyweight tcp = new TcpFlyweight();
        assertTrue(tcp.wrap(frame.buffer(), ip.payloadOffset(), ip.payloadLength()));
        assertTrue(tcp.isChecksumValid(ip.pseudoHeaderSum()));
        assertEquals(2, ip.sourceLow());
    }

    /** A checksum that is not finished keeps a frame off the short way: both ways have to agree on all other bytes. */
    @Test
    void shouldTurnPlainUdpRoundAsTheFlyweightsDo() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[42 + random.nextInt(100)];
            random.nextBytes(bytes);
            MutableDirectBuffer buffer = frame.load(bytes).buffer();
            buffer.putShort(12, (short) 0x0800, ByteOrder.BIG_ENDIAN);
            buffer.putByte(14, (byte) 0x45);
            buffer.putShort(16, (short) (28 + random.nextInt(bytes.length - 41)), ByteOrder.BIG_ENDIAN);
            buffer.putShort(20, (short) 0x4000, ByteOrder.BIG_ENDIAN);
            buffer.putByte(23, (byte) 17);
            buffer.putShort(38, (short) 8, ByteOrder.BIG_ENDIAN);
            byte[] plain = frame.bytes();
            assertTrue(PlainUdp.is(buffer, plain.length, plain.length));
            stage.onFrame(frame);
            byte[] shortWay = frame.bytes();

            frame.load(plain);
            Ipv4Flyweight ip = new Ipv4Flyweight();
            assertTrue(ip.wrap(frame.buffer(), 14, plain.length - 14));
            leavePartial(40, ip.pseudoHeaderSum());
            assertFalse(PlainUdp.is(frame.buffer(), plain.length, plain.length));
            stage.onFrame(frame);
            byte[] longWay = frame.bytes();
            longWay[40] = shortWay[40];
            longWay[41] = shortWay[41];
            assertArrayEquals(longWay, shortWay);
        }
    }

    @Test
    void shouldFinishAUdpChecksumThatWasLeftToTheCard() {
        frame.load(Packets.bytes(Packets.UDP_IPV4));
        Ipv4Flyweight ip = new Ipv4Flyweight();
        assertTrue(ip.wrap(frame.buffer(), 14, frame.length() - 14));
        leavePartial(ip.payloadOffset() + 6, ip.pseudoHeaderSum());
        stage.onFrame(frame);
        UdpFlyweight udp = new UdpFlyweight();
        assertTrue(udp.wrap(frame.buffer(), ip.payloadOffset(), ip.payloadLength()));
        assertTrue(udp.isChecksumValid(ip.pseudoHeaderSum()));
        assertEquals(9000, udp.sourcePort());
    }

    @Test
    void shouldFinishATcpChecksumThatWasLeftToTheCard() {
        frame.load(Packets.bytes(Packets.TCP_IPV6_EXTENSIONS));
        Ipv6Flyweight ip = new Ipv6Flyweight();
        assertTrue(ip.wrap(frame.buffer(), 14, frame.length() - 14));
        leavePartial(ip.payloadOffset() + 16, ip.pseudoHeaderSum());
        stage.onFrame(frame);
        TcpFlyweight tcp = new TcpFlyweight();
        assertTrue(tcp.wrap(frame.buffer(), ip.payloadOffset(), ip.payloadLength()));
        assertTrue(tcp.isChecksumValid(ip.pseudoHeaderSum()));
    }

    /** What the kernel leaves in the field of a packet whose checksum the card is to make. */
    private void leavePartial(int offset, long pseudoHeaderSum) {
        frame.buffer().putShort(offset, (short) ~InternetChecksum.fold(pseudoHeaderSum), ByteOrder.BIG_ENDIAN);
    }

    private MutableDirectBuffer reflected(String hex) {
        stage.onFrame(frame.load(Packets.bytes(hex)));
        EthernetFlyweight ethernet = new EthernetFlyweight();
        assertTrue(ethernet.wrap(frame.buffer(), 0, frame.length()));
        assertEquals(0x0200_0000_0002L, ethernet.source());
        return frame.buffer();
    }
}

package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFlyweightTest {
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();

    private boolean wrapEthernet(UnsafeBuffer frame) {
        return ethernet.wrap(frame, 0, frame.capacity());
    }

    private boolean wrapIpv4(UnsafeBuffer frame) {
        return wrapEthernet(frame) && ipv4.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength());
    }

    private boolean wrapIpv6(UnsafeBuffer frame) {
        return wrapEthernet(frame) && ipv6.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength());
    }

    @Test
    void shouldReadEthernet() {
        assertTrue(wrapEthernet(Packets.buffer(Packets.UDP_IPV4)));
        assertEquals(0x0200_0000_0001L, ethernet.source());
        assertEquals(0x0200_0000_0002L, ethernet.destination());
        assertEquals(EthernetFlyweight.IPV4, ethernet.etherType());
        assertEquals(14, ethernet.payloadOffset());
        assertEquals(33, ethernet.payloadLength());
        assertEquals("Ethernet{02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x0800, payload 33}", ethernet.toString());
    }

    @Test
    void shouldReadVlanTagsFromTheOutermostInwards() {
        assertTrue(wrapEthernet(Packets.buffer(Packets.UDP_IPV4_IN_VLANS)));
        assertEquals(2, ethernet.vlanTags());
        assertEquals(100, ethernet.vlanId(0));
        assertEquals(10, ethernet.vlanId(1));
        assertEquals(EthernetFlyweight.IPV4, ethernet.etherType());
        assertEquals(22, ethernet.headerLength());
        assertEquals(
                "Ethernet{02:00:00:00:00:01 > 02:00:00:00:00:02 vlan 100 vlan 10 type 0x0800, payload 33}",
                ethernet.toString());
    }

    @Test
    void shouldStopAfterTwoVlanTags() {
        UnsafeBuffer frame = Packets.buffer("020000000002020000000001" + "8100000a".repeat(3) + "0800");
        assertTrue(wrapEthernet(frame));
        assertEquals(0x8100, ethernet.etherType());
    }

    @Test
    void shouldSetMacAddresses() {
        UnsafeBuffer frame = Packets.buffer(Packets.UDP_IPV4);
        wrapEthernet(frame);
        ethernet.destination(0xfedc_ba98_7654L);
        ethernet.source(0x0123_4567_89abL);
        assertEquals(0xfedc_ba98_7654L, ethernet.destination());
        assertEquals(0x0123_4567_89abL, ethernet.source());
        assertEquals(EthernetFlyweight.IPV4, frame.getShort(12, HeaderFlyweight.BIG));
    }

    @Test
    void shouldReadUdpOverIpv4AndLeaveThePaddingOut() {
        UnsafeBuffer frame = Packets.buffer(Packets.UDP_IPV4_PADDED);
        assertTrue(wrapIpv4(frame));
        assertEquals(IpProtocol.UDP, ipv4.protocol());
        assertEquals(0x0a000001, ipv4.source());
        assertEquals(0x0a000002, ipv4.destination());
        assertEquals(64, ipv4.ttl());
        assertEquals(0x1234, ipv4.identification());
        assertEquals(33, ipv4.totalLength());
        assertEquals(13, ipv4.payloadLength());
        assertTrue(ipv4.isChecksumValid());
        assertTrue(udp.wrap(frame, ipv4.payloadOffset(), ipv4.payloadLength()));
        assertEquals(40000, udp.sourcePort());
        assertEquals(9000, udp.destinationPort());
        assertEquals(5, udp.payloadLength());
        assertEquals(42, udp.payloadOffset());
        assertTrue(udp.isChecksumValid(ipv4.pseudoHeaderSum()));
        assertEquals("IPv4{10.0.0.1 > 10.0.0.2, protocol 17, ttl 64, fragment offset 0, payload 13}", ipv4.toString());
        assertEquals("UDP{40000 > 9000, payload 5}", udp.toString());
    }

    @Test
    void shouldReadTcpAndOptions() {
        UnsafeBuffer frame = Packets.buffer(Packets.TCP_IPV4_OPTIONS);
        assertTrue(wrapIpv4(frame));
        assertEquals(24, ipv4.headerLength());
        assertTrue(ipv4.isChecksumValid());
        assertTrue(tcp.wrap(frame, ipv4.payloadOffset(), ipv4.payloadLength()));
        assertEquals(24, tcp.headerLength());
        assertEquals(5, tcp.payloadLength());
        assertEquals(0x01020304, tcp.sequenceNumber());
        assertEquals(0x05060708, tcp.acknowledgmentNumber());
        assertEquals(TcpFlyweight.PSH | TcpFlyweight.ACK, tcp.flags());
        assertEquals(512, tcp.window());
        assertTrue(tcp.isChecksumValid(ipv4.pseudoHeaderSum()));
        assertEquals(
                "TCP{40000 > 9000, sequence 16909060, acknowledgment 84281096, flags 0x18, payload 5}", tcp.toString());
    }

    @Test
    void shouldReadUdpOverIpv6() {
        UnsafeBuffer frame = Packets.buffer(Packets.UDP_IPV6);
        assertTrue(wrapIpv6(frame));
        assertEquals(0x20010db8_00000000L, ipv6.sourceHigh());
        assertEquals(1, ipv6.sourceLow());
        assertEquals(0x20010db8_00000000L, ipv6.destinationHigh());
        assertEquals(2, ipv6.destinationLow());
        assertEquals(0x12345, ipv6.flowLabel());
        assertEquals(0, ipv6.trafficClass());
        assertEquals(64, ipv6.hopLimit());
        assertEquals(IpProtocol.UDP, ipv6.protocol());
        assertTrue(udp.wrap(frame, ipv6.payloadOffset(), ipv6.payloadLength()));
        assertTrue(udp.isChecksumValid(ipv6.pseudoHeaderSum()));
        assertEquals(
                "IPv6{2001:db8:0:0:0:0:0:1 > 2001:db8:0:0:0:0:0:2, protocol 17, hop limit 64, "
                        + "fragment offset 0, payload 13}",
                ipv6.toString());
    }

    @Test
    void shouldStepOverExtensionHeaders() {
        UnsafeBuffer frame = Packets.buffer(Packets.TCP_IPV6_EXTENSIONS);
        assertTrue(wrapIpv6(frame));
        assertEquals(64, ipv6.headerLength());
        assertEquals(IpProtocol.TCP, ipv6.protocol());
        assertTrue(tcp.wrap(frame, ipv6.payloadOffset(), ipv6.payloadLength()));
        assertTrue(tcp.isChecksumValid(ipv6.pseudoHeaderSum()));
    }

    @Test
    void shouldReadFragments() {
        assertTrue(wrapIpv6(Packets.buffer(Packets.FIRST_FRAGMENT_IPV6)));
        assertEquals(0, ipv6.fragmentOffset());
        assertTrue(ipv6.hasMoreFragments());
        assertEquals(IpProtocol.UDP, ipv6.protocol());

        assertTrue(wrapIpv4(Packets.buffer(Packets.SECOND_FRAGMENT_IPV4)));
        assertEquals(8, ipv4.fragmentOffset());
        assertFalse(ipv4.hasMoreFragments());
    }

    @Test
    void shouldEndTheWalkAtALaterFragment() {
        UnsafeBuffer frame = Packets.buffer(Packets.FIRST_FRAGMENT_IPV6);
        frame.putByte(54, (byte) 60);
        frame.putShort(56, (short) 8, HeaderFlyweight.BIG);
        assertTrue(wrapIpv6(frame));
        assertEquals(8, ipv6.fragmentOffset());
        assertEquals(60, ipv6.protocol());
        assertEquals(48, ipv6.headerLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {Packets.UDP_IPV4, Packets.UDP_IPV4_IN_VLANS, Packets.TCP_IPV4_OPTIONS})
    void shouldRefuseEveryTruncationOfIpv4(String hex) {
        UnsafeBuffer whole = Packets.buffer(hex);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(wrapIpv4(new UnsafeBuffer(whole, 0, length)), "cut to " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Packets.UDP_IPV6, Packets.TCP_IPV6_EXTENSIONS, Packets.FIRST_FRAGMENT_IPV6})
    void shouldRefuseEveryTruncationOfIpv6(String hex) {
        UnsafeBuffer whole = Packets.buffer(hex);
        for (int length = 0; length < whole.capacity(); length++) {
            assertFalse(wrapIpv6(new UnsafeBuffer(whole, 0, length)), "cut to " + length);
        }
    }

    @Test
    void shouldRefuseIpv4HeadersThatContradictThemselves() {
        assertFalse(wrapIpv4(with(Packets.UDP_IPV4, 14, 0x65)), "version 6");
        assertFalse(wrapIpv4(with(Packets.UDP_IPV4, 14, 0x44)), "a header of 16 bytes");
        assertFalse(wrapIpv4(with(Packets.UDP_IPV4, 17, 19)), "shorter than its header");
    }

    @Test
    void shouldRefuseIpv6HeadersThatContradictThemselves() {
        assertFalse(wrapIpv6(with(Packets.UDP_IPV6, 14, 0x45)), "version 4");
        assertFalse(wrapIpv6(with(Packets.TCP_IPV6_EXTENSIONS, 55, 200)), "an extension header beyond the packet");
        String endless = Packets.UDP_IPV6.substring(0, 36) + "00480040" + Packets.UDP_IPV6.substring(44, 108)
                + "0000000000000000".repeat(9);
        assertFalse(wrapIpv6(Packets.buffer(endless)), "nine extension headers");
    }

    @Test
    void shouldRefuseUdpAndTcpHeadersThatContradictThemselves() {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[40]);
        bytes.putShort(4, (short) 7, HeaderFlyweight.BIG);
        assertFalse(udp.wrap(bytes, 0, 40), "a length of 7");
        assertFalse(udp.wrap(bytes, 0, 7), "7 bytes");
        bytes.putByte(12, (byte) 0x40);
        assertFalse(tcp.wrap(bytes, 0, 40), "a header of 16 bytes");
        bytes.putByte(12, (byte) 0xf0);
        assertFalse(tcp.wrap(bytes, 0, 40), "a header of 60 bytes");
        assertFalse(tcp.wrap(bytes, 0, 19), "19 bytes");
    }

    @Test
    void shouldWriteChecksums() {
        UnsafeBuffer frame = Packets.buffer(Packets.UDP_IPV4);
        wrapIpv4(frame);
        udp.wrap(frame, ipv4.payloadOffset(), ipv4.payloadLength());
        ipv4.ttl(63);
        ipv4.destination(0x0a0000ff);
        udp.destinationPort(53);
        assertFalse(ipv4.isChecksumValid());
        assertFalse(udp.isChecksumValid(ipv4.pseudoHeaderSum()));
        ipv4.updateChecksum();
        udp.updateChecksum(ipv4.pseudoHeaderSum());
        assertTrue(ipv4.isChecksumValid());
        assertTrue(udp.isChecksumValid(ipv4.pseudoHeaderSum()));
    }

    @Test
    void shouldThrowWhenAHeaderThatIsOnlyReadIsSet() {
        DirectBuffer readOnly = Packets.buffer(Packets.UDP_IPV4);
        assertTrue(ethernet.wrap(readOnly, 0, readOnly.capacity()));
        assertThrows(IllegalStateException.class, ethernet::swapAddresses);
        assertEquals(0x0200_0000_0002L, ethernet.destination());
    }

    private static UnsafeBuffer with(String hex, int index, int value) {
        UnsafeBuffer frame = Packets.buffer(hex);
        frame.putByte(index, (byte) value);
        return frame;
    }
}

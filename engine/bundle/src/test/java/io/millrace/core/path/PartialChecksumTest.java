package io.millrace.core.path;

import static io.millrace.xdp.TransmitOffload.CHECKSUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.afxdp.CrankedPort.Asked;
import io.millrace.afxdp.CrankedPort.Offer;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.statistics.PortCounter;
import io.millrace.wire.Packets;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames whose senders left the checksum to a network card: forwarded, they come out with a right one. */
@Timeout(30)
class PartialChecksumTest {
    private static final int IP = 14;
    private static final int UDP = 34;
    private static final int UDP_FIELD = UDP + 6;
    private static final Offer DRIVER = Offer.driver((cookie, timeNs) -> {}, CHECKSUM);

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private CrankedPort virtual(int maxSegments, Offer offer) {
        return CrankedPort.withPartialChecksums(arena, 0, maxSegments, offer);
    }

    /** The ones' complement sum of big-endian words, by the definition. */
    private static int sum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < to ? bytes[i + 1] & 0xff : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    private static int folded(int sum) {
        return (sum & 0xffff) + (sum >>> 16);
    }

    /**
     * The frame as its sender hands it over: with the sum of the pseudo header in the checksum's place.
     *
     * @param ip       where the IP header is
     * @param header   where the UDP or TCP header is
     */
    private static byte[] partial(byte[] frame, int ip, int header) {
        byte[] partial = frame.clone();
        ByteBuffer bytes = ByteBuffer.wrap(partial);
        boolean isIpv4 = frame[ip] >> 4 == 4;
        int end = ip + (isIpv4 ? bytes.getShort(ip + 2) : 40 + bytes.getShort(ip + 4));
        boolean isTcp = header + 20 <= end && bytes.getShort(header + 6) == 0x0304;
        int addresses = isIpv4 ? sum(frame, ip + 12, ip + 20) : sum(frame, ip + 8, ip + 40);
        int sum = folded(addresses + (isTcp ? 6 : 17) + end - header);
        bytes.putShort(header + (isTcp ? 16 : 6), (short) sum);
        assertEquals(-1, Arrays.mismatch(Arrays.copyOf(frame, header), Arrays.copyOf(partial, header)));
        return partial;
    }

    /** A UDP datagram over IPv4 of so many bytes, with a right checksum by the definition. */
    private static byte[] datagram(int length) {
        byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        System.arraycopy(Packets.bytes(Packets.UDP_IPV4), 0, frame, 0, UDP + 8);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        bytes.putShort(IP + 2, (short) (length - IP));
        bytes.putShort(UDP + 4, (short) (length - UDP));
        bytes.putShort(UDP_FIELD, (short) 0);
        int sum = folded(sum(frame, IP + 12, IP + 20) + 17 + length - UDP);
        sum = folded(sum + sum(frame, UDP, length));
        bytes.putShort(UDP_FIELD, (short) (sum == 0xffff ? sum : ~sum));
        return frame;
    }

    private static byte[] through(CrankedPort home, CrankedPort out, Crank crank, byte[] frame) {
        assertTrue(home.arrive(frame));
        crank.turn();
        assertEquals(List.of(), crank.failures);
        byte[] sent = out.sendWhole().getFirst();
        crank.turn();
        return sent;
    }

    static List<Arguments> packets() {
        return List.of(
                arguments(Packets.UDP_IPV4, 14, 34),
                arguments(Packets.UDP_IPV4_PADDED, 14, 34),
                arguments(Packets.UDP_IPV4_IN_VLANS, 22, 42),
                arguments(Packets.TCP_IPV4_OPTIONS, 14, 38),
                arguments(Packets.UDP_IPV6, 14, 54),
                arguments(Packets.TCP_IPV6_EXTENSIONS, 14, 78));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void shouldFinishChecksumWhicheverWayTheFrameLeaves(String hex, int ip, int header) {
        byte[] right = Packets.bytes(hex);
        CrankedPort home = virtual(1, null);
        CrankedPort copying = new CrankedPort(arena, 1, 32, 16, 8);
        CrankedPort sharing = CrankedPort.sharing(arena, 2, home, 8, 8);
        int[] to = {0};
        Crank crank = new Crank(16, home, copying, sharing).inline(frame -> frame.forward(to[0]));
        for (CrankedPort out : new CrankedPort[] {home, copying, sharing}) {
            assertArrayEquals(right, through(home, out, crank, partial(right, ip, header)));
            assertArrayEquals(right, through(home, out, crank, right), "a right one stays");
            to[0]++;
        }
        assertEquals(3, home.count(PortCounter.PARTIAL_CHECKSUMS));
        assertEquals(6, home.count(PortCounter.FORWARDED));
        assertEquals(0, copying.count(PortCounter.PARTIAL_CHECKSUMS) + sharing.count(PortCounter.PARTIAL_CHECKSUMS));
        assertTrue(home.audit(sharing).balanced() && copying.audit().balanced());
    }

    @Test
    void shouldFinishChecksumOfFrameThatAStageHasKept() {
        byte[] right = datagram(300);
        CrankedPort home = virtual(1, null);
        Lease[] kept = new Lease[1];
        Crank crank = Crank.inline(home, frame -> {
            kept[0] = frame.lease();
            frame.forward(0);
        });
        assertTrue(home.arrive(partial(right, IP, UDP)));
        crank.turn();
        assertEquals(0, home.sendWhole().size());
        kept[0].close();
        crank.leases.settle(crank.outlet);
        crank.turn();
        assertArrayEquals(right, home.sendWhole().getFirst());
    }

    /** Segments of odd lengths put the bytes of the next one into the other halves of words; padding is no payload. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSumOverSegmentsOfAnyLengthToThePacketsEnd(int to) {
        CrankedPort home = virtual(8, null);
        CrankedPort copying = new CrankedPort(arena, 1, 32, 16, 8);
        CrankedPort out = to == 0 ? home : copying;
        Crank crank = new Crank(16, home, copying).inline(frame -> frame.forward(to));
        for (int piece : new int[] {61, 64, 97, 100, 101}) {
            for (int length = 64; length < 400; length += 11) {
                byte[] right = datagram(length);
                int padding = length % 5 * 20;
                byte[] arriving = Arrays.copyOf(partial(right, IP, UDP), length + padding);
                Arrays.fill(arriving, length, length + padding, (byte) 0xa5);
                home.arrive(arriving, piece);
                crank.turn();
                byte[] sent = out.sendWhole().getFirst();
                assertArrayEquals(right, Arrays.copyOf(sent, length));
                assertEquals(length + padding, sent.length);
                crank.turn();
            }
        }
        assertEquals(List.of(), crank.failures);
        assertEquals(home.count(PortCounter.FORWARDED), home.count(PortCounter.PARTIAL_CHECKSUMS));
        assertTrue(home.audit().balanced() && copying.audit().balanced());
    }

    /** If a right checksum happens to equal the sum of the pseudo header, computing it again gives the same number. */
    @Test
    void shouldKeepRightChecksumThatLooksPartial() {
        byte[] frame = datagram(100);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        byte[] partial = partial(frame, IP, UDP);
        int wanted = ByteBuffer.wrap(partial).getShort(UDP_FIELD) & 0xffff;
        int is = bytes.getShort(UDP_FIELD) & 0xffff;
        int last = bytes.getShort(98) & 0xffff;
        bytes.putShort(98, (short) folded(folded(last + is) + (~wanted & 0xffff)));
        bytes.putShort(UDP_FIELD, (short) wanted);
        int sum = folded(wanted + sum(frame, UDP, 100));
        assertEquals(0xffff, sum, "the frame is right");
        CrankedPort home = virtual(1, null);
        Crank crank = Crank.inline(home, seen -> seen.forward(0));
        assertArrayEquals(frame, through(home, home, crank, frame));
        assertEquals(1, home.count(PortCounter.PARTIAL_CHECKSUMS));
    }

    /** A sum of 0 is written as ones: 0 would say that there is none. */
    @Test
    void shouldWriteOnesForASumOfNothing() {
        byte[] frame = datagram(100);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        bytes.putShort(98, (short) folded((bytes.getShort(98) & 0xffff) + (bytes.getShort(UDP_FIELD) & 0xffff)));
        bytes.putShort(UDP_FIELD, (short) 0xffff);
        CrankedPort home = virtual(1, null);
        Crank crank = Crank.inline(home, seen -> seen.forward(0));
        assertArrayEquals(frame, through(home, home, crank, partial(frame, IP, UDP)));
    }

    /** What is no whole datagram or segment has no checksum to finish, whatever is in that place. */
    @Test
    void shouldLeaveEverythingElseAsItIs() {
        CrankedPort home = virtual(8, null);
        Crank crank = Crank.inline(home, frame -> frame.forward(0));
        byte[] partial = partial(datagram(100), IP, UDP);
        byte[] first = partial.clone();
        first[IP + 6] = 0x20;
        byte[] later = partial.clone();
        later[IP + 7] = 1;
        byte[] without = partial.clone();
        without[UDP_FIELD] = 0;
        without[UDP_FIELD + 1] = 0;
        byte[] wrong = partial.clone();
        wrong[UDP_FIELD]++;
        byte[] icmp = partial.clone();
        icmp[IP + 9] = 1;
        byte[] cut = Arrays.copyOf(partial, 99);
        byte[] fragment = Packets.bytes(Packets.FIRST_FRAGMENT_IPV6);
        byte[] none = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0};
        for (byte[] frame : List.of(
                first,
                later,
                without,
                wrong,
                icmp,
                cut,
                fragment,
                none,
                partial(fragment, IP, IP + 48),
                Packets.bytes(Packets.ARP),
                Packets.bytes(Packets.SECOND_FRAGMENT_IPV4))) {
            assertArrayEquals(frame, through(home, home, crank, frame));
        }
        home.arrive(partial, 37); // the first segment ends before the checksum
        crank.turn();
        assertArrayEquals(partial, home.sendWhole().getFirst());
        assertEquals(0, home.count(PortCounter.PARTIAL_CHECKSUMS));
        assertTrue(home.audit().balanced());
    }

    @Test
    void shouldLeaveFramesOfANetworkCardAlone() {
        CrankedPort home = new CrankedPort(arena, 0, 32, 16, 8);
        Crank crank = Crank.inline(home, frame -> frame.forward(0));
        byte[] partial = partial(datagram(100), IP, UDP);
        assertArrayEquals(partial, through(home, home, crank, partial));
        assertEquals(0, home.count(PortCounter.PARTIAL_CHECKSUMS));
    }

    @Test
    void shouldLeaveChecksumToTheDriverThatCan() {
        CrankedPort home = virtual(4, DRIVER);
        Crank crank = Crank.inline(home, frame -> frame.forward(0));
        byte[] partial = partial(datagram(250), IP, UDP);
        home.arrive(partial, 100);
        crank.turn();
        List<Asked> sent = home.sendAsked(() -> 0);
        assertEquals(3, sent.size());
        assertEquals(xdp_h.XDP_TXMD_FLAGS_CHECKSUM(), sent.getFirst().flags());
        assertEquals(UDP, sent.getFirst().checksumStart());
        assertEquals(UDP_FIELD - UDP, sent.getFirst().checksumOffset());
        assertArrayEquals(Arrays.copyOf(partial, 100), sent.getFirst().bytes());
        assertEquals(1, home.count(PortCounter.TX_CHECKSUMS_OFFLOADED));
        assertEquals(1, home.count(PortCounter.PARTIAL_CHECKSUMS));
    }

    /** A card computes the sum to the end of the frame. */
    @Test
    void shouldNotLeavePaddedFrameToTheDriver() {
        CrankedPort home = virtual(1, DRIVER);
        Crank crank = Crank.inline(home, frame -> frame.forward(0));
        byte[] right = Packets.bytes(Packets.UDP_IPV4_PADDED);
        home.arrive(partial(right, IP, UDP));
        crank.turn();
        Asked sent = home.sendAsked(() -> 0).getFirst();
        assertArrayEquals(right, sent.bytes());
        assertEquals(0, sent.flags());
    }

    /** A stage that asks for the checksum itself has made the field the sum of the pseudo header. */
    @Test
    void shouldLeaveToAStageWhatItHasAskedFor() {
        CrankedPort home = virtual(1, Offer.software((cookie, timeNs) -> {}, CHECKSUM));
        Stage asking = frame -> frame.offloadChecksum(UDP, UDP_FIELD - UDP);
        Crank crank = Crank.inline(home, asking, frame -> frame.forward(0));
        byte[] right = datagram(333);
        assertArrayEquals(right, through(home, home, crank, partial(right, IP, UDP)));
        assertEquals(1, home.count(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertEquals(0, home.count(PortCounter.PARTIAL_CHECKSUMS));
    }
}

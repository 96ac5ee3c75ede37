package io.millrace.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.FrameKind;
import io.millrace.core.path.Slots;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.wire.Packets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Ethernet frame's own headers tell, as a socket would. */
class EthernetMetadataTest {
    private static final int FRAME_SIZE = 2048;
    private static final int AT = FRAME_SIZE + 256;
    private static final int PAYLOAD = 5;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.map(arena, 4, FRAME_SIZE, HugePages.OFF);
    private final EthernetMetadata metadata = new EthernetMetadata(umem, null);
    private final EndpointView endpoint = new EndpointView();

    @AfterEach
    void close() {
        arena.close();
    }

    private FrameDescriptor frame(byte[] bytes) {
        umem.memory().fill((byte) 0xa5);
        MemorySegment.copy(bytes, 0, umem.memory(), ValueLayout.JAVA_BYTE, AT, bytes.length);
        return Slots.frame(AT, bytes.length);
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private InetSocketAddress source(FrameDescriptor frame) {
        metadata.source(frame, endpoint);
        return endpoint.toSocketAddress();
    }

    private InetSocketAddress destination(FrameDescriptor frame) {
        metadata.destination(frame, endpoint);
        return endpoint.toSocketAddress();
    }

    @ParameterizedTest
    @CsvSource({Packets.UDP_IPV4 + ", 42", Packets.UDP_IPV4_IN_VLANS + ", 50", Packets.TCP_IPV4_OPTIONS + ", 62"})
    void shouldTellAddressesAndPayloadOverIpv4(String hex, int offset) {
        FrameDescriptor frame = frame(Packets.bytes(hex));
        assertEquals(address("10.0.0.1", 40_000), source(frame));
        assertEquals(address("10.0.0.2", 9_000), destination(frame));
        assertPayload(frame, offset);
    }

    @ParameterizedTest
    @CsvSource({Packets.UDP_IPV6 + ", 62", Packets.TCP_IPV6_EXTENSIONS + ", 102"})
    void shouldTellAddressesAndPayloadOverIpv6(String hex, int offset) {
        FrameDescriptor frame = frame(Packets.bytes(hex));
        assertEquals(address("2001:db8::1", 40_000), source(frame));
        assertEquals(address("2001:db8::2", 9_000), destination(frame));
        assertPayload(frame, offset);
    }

    @Test
    void shouldNotTakePaddingForPayload() {
        assertPayload(frame(Packets.bytes(Packets.UDP_IPV4_PADDED)), 42);
    }

    private void assertPayload(FrameDescriptor frame, int offset) {
        assertEquals(offset, metadata.payloadOffset(frame));
        assertEquals(PAYLOAD, metadata.payloadLength(frame));
        assertEquals(
                "mill!", new String(umem.memory().asSlice(AT + offset, PAYLOAD).toArray(ValueLayout.JAVA_BYTE)));
    }

    /** It has ports, and not all of its payload. */
    @Test
    void shouldTellNoPayloadOfFirstFragment() {
        FrameDescriptor frame = frame(Packets.bytes(Packets.FIRST_FRAGMENT_IPV6));
        assertEquals("2001:db8:0:0:0:0:0:1", source(frame).getAddress().getHostAddress());
        assertEquals(-1, metadata.payloadOffset(frame));
        assertEquals(0, metadata.payloadLength(frame));
    }

    /** It has addresses; what stands where ports would be is payload. */
    @Test
    void shouldTellNoPortsOfLaterFragment() {
        FrameDescriptor frame = frame(Packets.bytes(Packets.SECOND_FRAGMENT_IPV4));
        assertEquals(address("10.0.0.1", 0), source(frame));
        assertEquals(address("10.0.0.2", 0), destination(frame));
        assertEquals(-1, metadata.payloadOffset(frame));
        assertEquals(0, metadata.payloadLength(frame));
    }

    @Test
    void shouldTellNothingOfWhatIsNotIp() {
        FrameDescriptor frame = frame(Packets.bytes(Packets.ARP));
        metadata.source(frame, endpoint);
        assertEquals(0, endpoint.ipVersion());
        assertEquals(0, endpoint.port());
        metadata.destination(frame, endpoint);
        assertEquals(0, endpoint.ipVersion());
        assertEquals(-1, metadata.payloadOffset(frame));
        assertEquals(0, metadata.payloadLength(frame));
    }

    /** Cut anywhere: it never reads beyond the frame's end, where other bytes are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                Packets.UDP_IPV4,
                Packets.UDP_IPV4_IN_VLANS,
                Packets.TCP_IPV4_OPTIONS,
                Packets.UDP_IPV6,
                Packets.TCP_IPV6_EXTENSIONS
            })
    void shouldTellNoPayloadOfFramesThatAreCutShort(String hex) {
        byte[] whole = Packets.bytes(hex);
        for (int length = 0; length < whole.length; length++) {
            FrameDescriptor frame = frame(Arrays.copyOf(whole, length));
            int offset = metadata.payloadOffset(frame);
            int payload = metadata.payloadLength(frame);
            int cut = length;
            assertEquals(-1, offset, () -> "at " + cut);
            assertEquals(0, payload, () -> "at " + cut);
        }
    }

    @Test
    void shouldForgetTheFrameBefore() {
        metadata.source(frame(Packets.bytes(Packets.UDP_IPV4)), endpoint);
        FrameDescriptor arp = frame(Packets.bytes(Packets.ARP));
        metadata.source(arp, endpoint);
        assertEquals(0, endpoint.ipVersion());
        assertEquals(-1, metadata.payloadOffset(arp));
    }

    @Test
    void shouldKnowTheRest() {
        FrameDescriptor frame = frame(Packets.bytes(Packets.UDP_IPV4));
        assertEquals(FRAME_SIZE - 256, metadata.capacity(frame));
        assertEquals(FrameKind.ETHERNET, metadata.kind());
        assertEquals(0, metadata.timestampNs(frame));
        assertNull(metadata.connections());
        assertEquals(umem, metadata.umem());
    }
}

package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.FrameKind;
import io.millrace.core.path.Slots;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stage can ask of a datagram. */
class DatagramMetadataTest {
    private final Arena arena = Arena.ofConfined();
    private final EndpointView endpoint = new EndpointView();

    @AfterEach
    void close() {
        arena.close();
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, 192.0.2.7, 198.51.100.200", "'::', 2001:db8::7, 2001:db8::ffff:1"})
    void shouldTellAddressesAndTime(String bound, String from, String to) {
        Datagrams datagrams = new Datagrams(arena, address(bound, 9_000), true, true, false);
        InetAddress own = InetAddress.ofLiteral(bound.contains(":") ? "::1" : "127.0.0.1");
        long at = datagrams
                .arrive(3)
                .from(address(from, 65_535))
                .to(InetAddress.ofLiteral(to), own)
                .at(1_700_000_000, 123_456_789)
                .with(new byte[11]);
        FrameMetadata metadata = datagrams.metadata();
        FrameDescriptor frame = Slots.frame(at, 11);
        metadata.source(frame, endpoint);
        assertEquals(address(from, 65_535), endpoint.toSocketAddress());
        metadata.destination(frame, endpoint);
        assertEquals(address(to, 9_000), endpoint.toSocketAddress());
        assertEquals(1_700_000_000_123_456_789L, metadata.timestampNs(frame));
        assertEquals(FrameKind.DATAGRAM, metadata.kind());
        assertEquals(0, metadata.payloadOffset(frame));
        assertEquals(11, metadata.payloadLength(frame));
        assertEquals(Datagrams.FRAME_SIZE - datagrams.layout().payloadOffset(), metadata.capacity(frame));
        assertNull(metadata.connections());
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.7", "2001:db8::1, 2001:db8::7"})
    void shouldTellWhatItIsBoundToWhenTheKernelTellsNoMore(String bound, String from) {
        Datagrams datagrams = new Datagrams(arena, address(bound, 40_000), false, false, false);
        FrameDescriptor frame =
                Slots.frame(datagrams.arrive(0).from(address(from, 1)).with(new byte[0]), 0);
        FrameMetadata metadata = datagrams.metadata();
        metadata.destination(frame, endpoint);
        assertEquals(address(bound, 40_000), endpoint.toSocketAddress());
        metadata.source(frame, endpoint);
        assertEquals(address(from, 1), endpoint.toSocketAddress());
        assertEquals(0, metadata.timestampNs(frame));
        assertEquals(0, metadata.payloadLength(frame));
    }

    /** Asked for, and not there: the first datagrams may have come before the kernel took the time. */
    @Test
    void shouldDoWithoutWhatIsMissing() {
        Datagrams datagrams = new Datagrams(arena, address("192.0.2.1", 9_000), true, true, true);
        FrameDescriptor frame =
                Slots.frame(datagrams.arrive(0).from(address("192.0.2.7", 1)).with(new byte[5]), 5);
        FrameMetadata metadata = datagrams.metadata();
        assertEquals(0, metadata.timestampNs(frame));
        metadata.destination(frame, endpoint);
        assertEquals(address("192.0.2.1", 9_000), endpoint.toSocketAddress());
    }

    @Test
    void shouldTellTheSameOfEveryDatagramInBuffer() {
        Datagrams datagrams = new Datagrams(arena, address("0.0.0.0", 9_000), true, true, true);
        InetAddress to = InetAddress.ofLiteral("192.0.2.1");
        long at = datagrams
                .arrive(5)
                .from(address("192.0.2.7", 5))
                .to(to, to)
                .at(3, 4)
                .coalesced(100)
                .with(new byte[250]);
        FrameMetadata metadata = datagrams.metadata();
        for (int i = 0; i < 3; i++) {
            FrameDescriptor frame = Slots.frame(at + 100 * i, i == 2 ? 50 : 100);
            metadata.source(frame, endpoint);
            assertEquals(address("192.0.2.7", 5), endpoint.toSocketAddress());
            metadata.destination(frame, endpoint);
            assertEquals(address("192.0.2.1", 9_000), endpoint.toSocketAddress());
            assertEquals(3_000_000_004L, metadata.timestampNs(frame));
        }
        assertEquals(100, metadata.capacity(Slots.frame(at, 100)));
        assertEquals(100, metadata.capacity(Slots.frame(at + 100, 1)), "also when it was made shorter");
    }
}

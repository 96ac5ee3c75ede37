package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.PortKind;
import io.millrace.core.path.EndpointView;
import io.millrace.core.path.FrameFacts;
import io.millrace.core.path.FrameSlot;
import io.millrace.core.path.Slots;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stage can ask of a datagram. */
class DatagramFactsTest {
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
        FrameFacts facts = datagrams.facts();
        FrameSlot frame = Slots.frame(at, 11);
        facts.source(frame, endpoint);
        assertEquals(address(from, 65_535), endpoint.toSocketAddress());
        facts.destination(frame, endpoint);
        assertEquals(address(to, 9_000), endpoint.toSocketAddress());
        assertEquals(1_700_000_000_123_456_789L, facts.timestampNs(frame));
        assertEquals(PortKind.UDP, facts.kind());
        assertEquals(0, facts.payloadOffset(frame));
        assertEquals(11, facts.payloadLength(frame));
        assertEquals(Datagrams.FRAME_SIZE - datagrams.layout().payloadOffset(), facts.capacity(frame));
        assertNull(facts.connections());
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.7", "2001:db8::1, 2001:db8::7"})
    void shouldTellWhatItIsBoundToWhenTheKernelTellsNoMore(String bound, String from) {
        Datagrams datagrams = new Datagrams(arena, address(bound, 40_000), false, false, false);
        FrameSlot frame = Slots.frame(datagrams.arrive(0).from(address(from, 1)).with(new byte[0]), 0);
        FrameFacts facts = datagrams.facts();
        facts.destination(frame, endpoint);
        assertEquals(address(bound, 40_000), endpoint.toSocketAddress());
        facts.source(frame, endpoint);
        assertEquals(address(from, 1), endpoint.toSocketAddress());
        assertEquals(0, facts.timestampNs(frame));
        assertEquals(0, facts.payloadLength(frame));
    }

    /** Asked for, and not there: the first datagrams may have come before the kernel took the time. */
    @Test
    void shouldDoWithoutWhatIsMissing() {
        Datagrams datagrams = new Datagrams(arena, address("192.0.2.1", 9_000), true, true, true);
        FrameSlot frame =
                Slots.frame(datagrams.arrive(0).from(address("192.0.2.7", 1)).with(new byte[5]), 5);
        FrameFacts facts = datagrams.facts();
        assertEquals(0, facts.timestampNs(frame));
        facts.destination(frame, endpoint);
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
        FrameFacts facts = datagrams.facts();
        for (int i = 0; i < 3; i++) {
            FrameSlot frame = Slots.frame(at + 100 * i, i == 2 ? 50 : 100);
            facts.source(frame, endpoint);
            assertEquals(address("192.0.2.7", 5), endpoint.toSocketAddress());
            facts.destination(frame, endpoint);
            assertEquals(address("192.0.2.1", 9_000), endpoint.toSocketAddress());
            assertEquals(3_000_000_004L, facts.timestampNs(frame));
        }
        assertEquals(100, facts.capacity(Slots.frame(at, 100)));
        assertEquals(100, facts.capacity(Slots.frame(at + 100, 1)), "also when it was made shorter");
    }
}

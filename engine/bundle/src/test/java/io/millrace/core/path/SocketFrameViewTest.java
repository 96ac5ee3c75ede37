package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.Endpoint;
import io.millrace.FrameKind;
import io.millrace.Verdict;
import io.millrace.sockets.Datagrams;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stage sees of a datagram, and may do with it. */
class SocketFrameViewTest {
    private static final InetSocketAddress FROM = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1_234);
    private static final InetSocketAddress TO = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9_000);

    private final Arena arena = Arena.ofConfined();
    private final Datagrams datagrams = new Datagrams(arena, TO, true, true, false);
    private final FrameView view = new FrameView(
            new FrameMetadata[] {datagrams.metadata()}, new LeaseRegistry(1, 4, false), new StagePlace(0, 0, false));
    private FrameSlot slot;

    @BeforeEach
    void show() {
        byte[] payload = {1, 2, 3, 4, 5};
        slot = Slots.frame(
                datagrams
                        .arrive(2)
                        .from(FROM)
                        .to(TO.getAddress(), TO.getAddress())
                        .at(7, 8)
                        .with(payload),
                payload.length);
        view.wrap(slot);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldShowThePayloadAndWhatIsBesideIt() {
        assertEquals(FrameKind.DATAGRAM, view.kind());
        assertEquals(5, view.length());
        assertEquals(0, view.payloadOffset());
        assertEquals(5, view.payloadLength());
        assertEquals(5, view.buffer().getByte(4));
        assertEquals(1, view.segment().get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(FROM, view.source().toSocketAddress());
        assertEquals(TO, view.destination().toSocketAddress());
        assertSame(view.source(), view.source(), "the same flyweight");
        assertEquals(7_000_000_008L, view.timestampNs());
    }

    @Test
    void shouldSwapItsEndsWhenTurnedRoundAndBackWhenTurnedTwice() {
        assertFalse(slot.isTurned());
        view.turnRound();
        assertTrue(slot.isTurned());
        assertEquals(TO, view.source().toSocketAddress());
        assertEquals(FROM, view.destination().toSocketAddress());
        view.turnRound();
        assertFalse(slot.isTurned());
        assertEquals(FROM, view.source().toSocketAddress());
        assertEquals(TO, view.destination().toSocketAddress());
        assertEquals(5, view.buffer().getByte(4), "the bytes are not touched");
    }

    @Test
    void shouldGrowToTheEndOfItsMemory() {
        int capacity = view.capacity();
        assertEquals(Datagrams.FRAME_SIZE - view.address() % Datagrams.FRAME_SIZE, capacity);
        view.length(capacity);
        view.buffer().putByte(capacity - 1, (byte) 9);
        assertEquals(capacity, view.payloadLength());
        assertThrows(IllegalArgumentException.class, () -> view.length(capacity + 1));
        view.length(0);
        assertEquals(0, view.payloadLength());
        assertEquals(capacity, view.capacity());
    }

    @Test
    void shouldKeepItsStart() {
        assertEquals(0, view.headroom());
        assertEquals(
                "can't prepend 1 bytes to a frame with a headroom of 0: frames of socket ports have none",
                assertThrows(IllegalArgumentException.class, () -> view.prepend(1))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> view.trimFront(1))
                .getMessage()
                .contains("; "));
        view.prepend(0);
        assertEquals(5, view.length());
    }

    /** A stage of a list that runs in parallel takes back what it said itself, never what another stage said. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAddItsLastWordToThoseOfItsGroup(boolean concurrent) {
        FrameView grouped = new FrameView(
                new FrameMetadata[] {datagrams.metadata(), datagrams.metadata()},
                new LeaseRegistry(1, 4, false),
                new StagePlace(2, 1, true, concurrent));
        grouped.wrap(slot);
        grouped.drop();
        assertTrue(Verdict.isDrop(grouped.verdict()), "it sees what it said");
        grouped.forward(1);
        grouped.forward(0);
        grouped.settle();
        assertEquals(Verdict.forward(2, 0), slot.verdict);
        slot.verdict = Verdict.drop(1);
        grouped.drop();
        grouped.forward(0);
        grouped.settle();
        assertEquals(Verdict.drop(1), slot.verdict, "another one's drop stays");
    }

    @Test
    void shouldLetNoParallelStageAskForWhatIsDoneOnce() {
        FrameView parallel = new FrameView(
                new FrameMetadata[] {datagrams.metadata()}, new LeaseRegistry(1, 4, false), new StagePlace(0, 0, true));
        parallel.wrap(slot);
        assertThrows(IllegalStateException.class, parallel::closeConnection);
        assertThrows(IllegalStateException.class, () -> parallel.sendFile(null));
        parallel.turnRound();
        assertTrue(slot.isTurned());
    }

    @Test
    void shouldHaveNoConnection() {
        assertTrue(assertThrows(IllegalStateException.class, view::connection)
                .getMessage()
                .contains("; "));
        IllegalArgumentException none =
                assertThrows(IllegalArgumentException.class, () -> view.forward(0, Connection.class.hashCode()));
        assertTrue(none.getMessage().contains("no connections"), none::getMessage);
        assertEquals(FrameSlot.NO_CONNECTION, slot.connection());
    }

    @Test
    void shouldTellNothingOnceItIsRevoked() {
        List<Endpoint> kept = List.of(view.source(), view.destination());
        view.revoke();
        for (Endpoint endpoint : kept) { // and not the next frame's address, or a former one's
            assertThrows(IllegalStateException.class, endpoint::ipVersion);
            assertThrows(IllegalStateException.class, endpoint::ipv4);
            assertThrows(IllegalStateException.class, endpoint::ipv6High);
            assertThrows(IllegalStateException.class, endpoint::ipv6Low);
            assertThrows(IllegalStateException.class, endpoint::port);
            assertThrows(IllegalStateException.class, endpoint::toSocketAddress);
            assertThrows(IllegalStateException.class, () -> endpoint.sameAs(kept.getFirst()));
        }
        assertThrows(IllegalStateException.class, view::source);
        assertThrows(IllegalStateException.class, view::destination);
        assertThrows(IllegalStateException.class, view::timestampNs);
        assertThrows(IllegalStateException.class, view::turnRound);
        assertThrows(IllegalStateException.class, view::payloadLength);
        assertThrows(IllegalStateException.class, view::payloadOffset);
        assertThrows(IllegalStateException.class, view::kind);
        assertThrows(IllegalStateException.class, view::connection);
        assertThrows(IllegalStateException.class, view::closeConnection);
        assertEquals(0, view.buffer().capacity());
    }
}

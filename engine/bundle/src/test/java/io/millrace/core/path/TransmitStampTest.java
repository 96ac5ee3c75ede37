package io.millrace.core.path;

import static io.millrace.xdp.TransmitOffload.CHECKSUM;
import static io.millrace.xdp.TransmitOffload.LAUNCH_TIME;
import static io.millrace.xdp.TransmitOffload.TIMESTAMP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.afxdp.CrankedPort;
import io.millrace.afxdp.CrankedPort.Asked;
import io.millrace.afxdp.CrankedPort.Offer;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.ring.XdpDescriptor;
import io.millrace.statistics.PortCounter;
import io.millrace.xdp.TransmitOffload;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Times of sending and launch times: what is in front of which frame, and what comes back of it. */
@Timeout(30)
class TransmitStampTest {
    private static final long NOON = 1_800_000_000_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final List<Long> cookies = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long clock = NOON;

    @AfterEach
    void close() {
        arena.close();
    }

    private void note(long cookie, long timeNs) {
        cookies.add(cookie);
        times.add(timeNs);
    }

    private long tick() {
        return clock++;
    }

    private CrankedPort software(TransmitOffload... asked) {
        return CrankedPort.offering(arena, 0, 1, Offer.software(this::note, asked));
    }

    private static void assertHome(CrankedPort port) {
        assertTrue(port.audit().balanced(), () -> port.audit().toString());
        assertEquals(0, port.port().txInFlight());
    }

    /** Stamps frames whose first byte is odd, with ten times that. */
    private static void stampOdd(Frame frame) {
        byte first = frame.buffer().getByte(0);
        if (first % 2 == 1) {
            frame.stampTransmit(10L * first);
        }
        frame.forward(0);
    }

    @Test
    void shouldTellTheTimeOfEachFrameThatWasAskedForOnce() {
        CrankedPort port = software(TIMESTAMP);
        Crank crank = Crank.inline(port, TransmitStampTest::stampOdd);
        port.arrive(5, 0);
        crank.turn();
        List<Asked> sent = port.sendAsked(this::tick);
        for (int i = 0; i < 5; i++) {
            boolean isAsked = i % 2 == 1;
            assertEquals(isAsked ? XdpDescriptor.METADATA : 0, sent.get(i).options());
            assertEquals(
                    isAsked ? xdp_h.XDP_TXMD_FLAGS_TIMESTAMP() : 0, sent.get(i).flags());
            assertEquals(64, sent.get(i).bytes().length);
            assertEquals(i, sent.get(i).bytes()[0]);
        }
        assertEquals(List.of(), cookies, "not before they are completed");
        crank.turn();
        assertEquals(List.of(10L, 30L), cookies);
        assertEquals(List.of(NOON, NOON + 1), times);
        crank.turn();
        assertEquals(2, cookies.size());
        assertEquals(2, port.count(PortCounter.TX_STAMPED));
        assertEquals(0, port.count(PortCounter.TX_UNSTAMPED));
        assertHome(port);
    }

    /** The chunk that held a stamped frame holds one that is not, then again one that is. */
    @Test
    void shouldForgetWhatWasAskedForTheFrameBefore() {
        CrankedPort port = software(TIMESTAMP);
        Crank crank = Crank.inline(port, TransmitStampTest::stampOdd);
        for (int i = 0; i < 1_000; i++) {
            port.arrive(3, i % 100);
            crank.turn();
            assertEquals(3, port.sendAsked(this::tick).size());
            crank.turn();
        }
        assertEquals(1_500, cookies.size());
        assertTrue(cookies.stream().allMatch(cookie -> cookie / 10 % 2 == 1));
        for (int i = 0; i < 1_500; i++) {
            assertEquals(NOON + i, times.get(i));
        }
        assertEquals(1_500, port.count(PortCounter.TX_STAMPED));
        assertHome(port);
    }

    /** Linux 6.18 in copy mode; the start of a frame may be odd when a stage has moved it. */
    @Test
    void shouldFindTheTimeInFrontOfWhereTheFrameStartedWhateverTheCompletionSays() {
        CrankedPort port = software(TIMESTAMP);
        port.kernel().loseLowestBit();
        Crank crank = Crank.inline(port, frame -> {
            frame.trimFront(3);
            frame.stampTransmit(7);
            frame.forward(0);
        });
        port.arrive(1, 0);
        crank.turn();
        assertEquals(1, port.sendAsked(this::tick).getFirst().address() % 2);
        crank.turn();
        assertEquals(List.of(7L), cookies);
        assertEquals(List.of(NOON), times);
        assertHome(port);
    }

    /**
     * A kernel that stamps nothing, as in zero-copy mode with a driver that can't: the engine's clock is the kernel's.
     */
    @Test
    void shouldStampWhatComesBackWithoutTimeItself() {
        CrankedPort port = CrankedPort.offering(arena, 0, 1, new Offer(Set.of(TIMESTAMP), Set.of(), true, this::note));
        Crank crank = Crank.inline(port, TransmitStampTest::stampOdd);
        port.arrive(4, 0);
        crank.turn();
        assertTrue(
                port.sendAsked(this::tick).stream().allMatch(frame -> frame.options() == 0), "the driver is not asked");
        crank.turn();
        assertEquals(List.of(10L, 30L), cookies);
        long nowNs = TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond());
        for (long time : times) {
            assertTrue(Math.abs(time - nowNs) < TimeUnit.MINUTES.toNanos(2), () -> time + " at " + nowNs);
        }
        assertEquals(2, port.count(PortCounter.TX_STAMPED));
        assertHome(port);
    }

    /** What was written to ask for a checksum is no time. */
    @Test
    void shouldSayWhenTheDriverToldNoTime() {
        CrankedPort port = CrankedPort.offering(arena, 0, 1, Offer.driver(this::note, TIMESTAMP, CHECKSUM));
        Crank crank = Crank.inline(port, frame -> {
            frame.stampTransmit(frame.buffer().getByte(0));
            if (frame.buffer().getByte(0) == 1) {
                frame.offloadChecksum(34, 6);
            }
            frame.forward(0);
        });
        port.arrive(3, 0);
        crank.turn();
        port.send(); // without stamping
        crank.turn();
        assertEquals(List.of(0L, 1L, 2L), cookies);
        assertEquals(List.of(0L, 0L, 0L), times);
        assertEquals(3, port.count(PortCounter.TX_UNSTAMPED));
        assertEquals(0, port.count(PortCounter.TX_STAMPED));
        assertHome(port);
    }

    @Test
    void shouldAskTheDriverForAllThatItCan() {
        CrankedPort port =
                CrankedPort.offering(arena, 0, 1, Offer.driver(this::note, TIMESTAMP, CHECKSUM, LAUNCH_TIME));
        Crank crank = Crank.inline(port, frame -> {
            frame.launchAt(NOON + 5_000);
            frame.offloadChecksum(20, 6);
            frame.stampTransmit(99);
            frame.forward(0);
        });
        port.arrive(1, 42);
        crank.turn();
        Asked asked = port.sendAsked(this::tick).getFirst();
        assertEquals(
                xdp_h.XDP_TXMD_FLAGS_TIMESTAMP() | xdp_h.XDP_TXMD_FLAGS_CHECKSUM() | xdp_h.XDP_TXMD_FLAGS_LAUNCH_TIME(),
                asked.flags());
        assertEquals(20, asked.checksumStart());
        assertEquals(6, asked.checksumOffset());
        assertEquals(NOON + 5_000, asked.launchNs());
        assertEquals(42, asked.bytes()[0]);
        for (int i = 1; i < 64; i++) {
            assertEquals(0, asked.bytes()[i], "the driver writes the checksum");
        }
        crank.turn();
        assertEquals(List.of(99L), cookies);
        assertEquals(1, port.count(PortCounter.TX_LAUNCH_TIMES));
        assertEquals(1, port.count(PortCounter.TX_CHECKSUMS_OFFLOADED));
        assertEquals(0, port.count(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertHome(port);
    }

    @Test
    void shouldSendFrameWithoutTimeByPortThatTellsNone() {
        CrankedPort home = software(TIMESTAMP);
        CrankedPort out = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.stampTransmit(1);
            frame.forward(1);
        });
        home.arrive(3, 0);
        crank.turn();
        assertEquals(3, out.send().size());
        crank.turn();
        assertEquals(List.of(), cookies);
        assertEquals(3, out.count(PortCounter.TX_UNSTAMPED));
        assertEquals(3, home.count(PortCounter.FORWARDED));
        assertHome(home);
        assertHome(out);
    }

    @Test
    void shouldStampTheCopyThatLeavesByAnotherPort() {
        CrankedPort home = new CrankedPort(arena, 0, 32, 16, 8);
        CrankedPort out = CrankedPort.offering(arena, 1, 1, Offer.software(this::note, TIMESTAMP));
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.stampTransmit(frame.buffer().getByte(0));
            frame.forward(1);
        });
        home.arrive(3, 5);
        crank.turn();
        List<Asked> sent = out.sendAsked(this::tick);
        assertEquals(3, sent.size());
        for (Asked asked : sent) {
            assertEquals(24, asked.address() % CrankedPort.FRAME_SIZE, "room in front, in the same chunk");
            assertEquals(xdp_h.XDP_TXMD_FLAGS_TIMESTAMP(), asked.flags());
        }
        crank.turn();
        assertEquals(List.of(5L, 6L, 7L), cookies);
        assertHome(home);
        assertHome(out);
    }

    @Test
    void shouldCopyOnlyWhatFitsBehindTheRoomInFront() {
        CrankedPort home = CrankedPort.withLargeFrames(arena, 0, 32, 16, 8);
        CrankedPort out = CrankedPort.offering(arena, 1, 1, Offer.software(this::note, TIMESTAMP));
        Crank crank = new Crank(16, home, out).inline(frame -> frame.forward(1));
        home.arrive(new byte[2_025]);
        home.arrive(new byte[2_024]);
        crank.turn();
        assertEquals(1, home.count(PortCounter.DROPPED_INVALID));
        assertEquals(2_024, out.send().getFirst().bytes().length);
        crank.turn();
        assertHome(out);
    }

    @Test
    void shouldNotSendFrameThatIsToWaitByPortThatCanNot() {
        CrankedPort home = CrankedPort.offering(arena, 0, 1, Offer.driver(this::note, LAUNCH_TIME));
        CrankedPort out = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.launchAt(NOON);
            frame.forward(frame.buffer().getByte(0) % 2);
        });
        home.arrive(4, 0);
        crank.turn();
        assertEquals(0, out.send().size());
        assertEquals(2, home.count(PortCounter.DROPPED_INVALID));
        assertEquals(2, home.sendAsked(this::tick).size());
        crank.turn();
        assertHome(home);
    }

    /** Only the first descriptor of a frame in several segments says so. */
    @Test
    void shouldAskInFrontOfTheFirstSegment() {
        CrankedPort port = CrankedPort.offering(arena, 0, 4, Offer.software(this::note, TIMESTAMP));
        Crank crank = Crank.inline(port, frame -> {
            frame.stampTransmit(frame.segmentCount());
            frame.forward(0);
        });
        port.arrive(new byte[250], 100);
        port.arrive(new byte[64], 100);
        port.arrive(new byte[150], 100);
        crank.turn();
        List<Integer> options =
                port.sendAsked(this::tick).stream().map(Asked::options).toList();
        int more = XdpDescriptor.CONTINUED;
        int metadata = XdpDescriptor.METADATA;
        assertEquals(List.of(metadata | more, more, 0, metadata, metadata | more, 0), options);
        crank.turn();
        assertEquals(List.of(3L, 1L, 2L), cookies);
        assertEquals(List.of(NOON, NOON + 1, NOON + 2), times);
        assertHome(port);
    }

    /** Copied into chunks of another port: its room in front is kept in each of them. */
    @Test
    void shouldKeepTheRoomInEachChunkOfACopy() {
        CrankedPort home = CrankedPort.segmented(arena, 0, 32, 16, 8, 4);
        CrankedPort out = CrankedPort.offering(arena, 1, 4, Offer.software(this::note, TIMESTAMP));
        byte[] bytes = new byte[5_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.stampTransmit(8);
            frame.forward(1);
        });
        home.arrive(bytes, 1_700);
        crank.turn();
        List<Asked> sent = out.sendAsked(this::tick);
        int at = 0;
        for (Asked asked : sent) {
            assertTrue(asked.address() % CrankedPort.FRAME_SIZE >= 24);
            for (byte b : asked.bytes()) {
                assertEquals(bytes[at++], b);
            }
        }
        assertEquals(5_000, at);
        crank.turn();
        assertEquals(List.of(8L), cookies);
        assertHome(home);
        assertHome(out);
    }

    @Test
    void shouldKeepRequestsOfFramesThatAreLent() {
        CrankedPort port = software(TIMESTAMP);
        List<Lease> leases = new ArrayList<>();
        Crank crank = Crank.inline(port, frame -> {
            if (frame.buffer().getByte(0) == 0) {
                leases.add(frame.lease());
            }
            frame.stampTransmit(100 + frame.buffer().getByte(0));
            frame.forward(0);
        });
        port.arrive(3, 0);
        crank.turn();
        assertEquals(2, port.sendAsked(this::tick).size());
        leases.getFirst().close();
        crank.turn();
        assertEquals(1, port.sendAsked(this::tick).size());
        crank.turn();
        assertEquals(List.of(101L, 102L, 100L), cookies);
        assertHome(port);
    }

    @Test
    void shouldGetTheFramesHomeWhenTheListenerThrows() {
        CrankedPort port = CrankedPort.offering(
                arena,
                0,
                1,
                Offer.software(
                        (cookie, timeNs) -> {
                            note(cookie, timeNs);
                            throw new IllegalStateException("not today");
                        },
                        TIMESTAMP));
        Crank crank = Crank.inline(port, TransmitStampTest::stampOdd);
        port.arrive(4, 0);
        crank.turn();
        port.sendAsked(this::tick);
        crank.turn();
        assertEquals(List.of(10L, 30L), cookies);
        assertEquals(2, port.count(PortCounter.TX_LISTENER_ERRORS));
        assertEquals(2, port.count(PortCounter.TX_STAMPED));
        assertHome(port);
    }

    @Test
    void shouldLetTheLastStageDecideWhatIsAsked() {
        CrankedPort port = software(TIMESTAMP);
        Crank crank = Crank.inline(port, frame -> frame.stampTransmit(1), frame -> {
            frame.stampTransmit(2);
            frame.forward(0);
        });
        port.arrive(1, 0);
        crank.turn();
        port.sendAsked(this::tick);
        crank.turn();
        assertEquals(List.of(2L), cookies);
    }

    @Test
    void shouldForgetWhatWasAskedForADroppedFrame() {
        CrankedPort port = software(TIMESTAMP);
        Crank crank = Crank.inline(port, frame -> {
            if (frame.buffer().getByte(0) == 0) {
                frame.stampTransmit(1);
                frame.drop();
            } else {
                frame.forward(0);
            }
        });
        port.arrive(2, 0);
        crank.turn();
        assertEquals(0, port.sendAsked(this::tick).getFirst().options());
        crank.turn();
        assertEquals(List.of(), cookies);
        assertHome(port);
    }

    @Test
    void shouldKeepPrependedBytesOutOfTheRoomInFront() {
        CrankedPort port = software(TIMESTAMP);
        List<Integer> headrooms = new ArrayList<>();
        Crank crank = Crank.inline(port, frame -> {
            headrooms.add(frame.headroom());
            assertThrows(IllegalArgumentException.class, () -> frame.prepend(233));
            frame.prepend(232);
            headrooms.add(frame.headroom());
            frame.stampTransmit(3);
            frame.forward(0);
        });
        port.arrive(1, 0);
        crank.turn();
        assertEquals(List.of(232, 0), headrooms);
        assertEquals(24, port.sendAsked(this::tick).getFirst().address() % CrankedPort.FRAME_SIZE);
        crank.turn();
        assertEquals(List.of(3L), cookies);
        assertHome(port);
    }

    @Test
    void shouldRefuseWhatNoPortHas() {
        CrankedPort plain = new CrankedPort(arena, 0, 32, 16, 8);
        Crank none = Crank.inline(plain, frame -> frame.stampTransmit(1));
        plain.arrive(1, 0);
        none.turn();
        assertInstanceOf(IllegalStateException.class, none.failures.getFirst());
        assertTrue(none.failures.getFirst().getMessage().contains("tx-metadata = [timestamp]"));

        CrankedPort port = software(CHECKSUM);
        Crank other = Crank.inline(port, frame -> frame.launchAt(1));
        port.arrive(1, 0);
        other.turn();
        assertTrue(other.failures.getFirst().getMessage().contains("tx-metadata = [launch-time]"));
    }

    @Test
    void shouldRefuseToBeAskedInParallelAndLater() {
        CrankedPort port = software(TIMESTAMP, CHECKSUM);
        List<Frame> kept = new ArrayList<>();
        Crank crank = new Crank(4, port);
        crank.runner(frame -> frame.stampTransmit(1), 0, true);
        crank.runner(frame -> frame.offloadChecksum(0, 0), 0, true);
        crank.runner(kept::add, 2, false);
        crank.over(new InlinePipeline(crank.runners.toArray(StageRunner[]::new), crank.outlet));
        port.arrive(1, 0);
        crank.turn();
        assertEquals(2, crank.failures.size());
        crank.failures.forEach(failure -> assertInstanceOf(IllegalStateException.class, failure));

        Crank single = Crank.inline(port, kept::add);
        port.arrive(1, 0);
        single.turn();
        assertThrows(IllegalStateException.class, () -> kept.getLast().stampTransmit(1));
        assertThrows(IllegalStateException.class, () -> kept.getLast().offloadChecksum(0, 0));
    }
}

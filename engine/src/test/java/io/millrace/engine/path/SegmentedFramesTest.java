package io.millrace.engine.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.engine.Frame;
import io.millrace.engine.FrameSegments;
import io.millrace.engine.Lease;
import io.millrace.engine.Stage;
import io.millrace.engine.afxdp.CrankedPort;
import io.millrace.engine.counters.PortCounter;
import io.millrace.ring.FrameAudit;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames in several segments: whole or not at all, wherever a batch, a ring or a limit cuts them. */
@Timeout(60)
class SegmentedFramesTest {
    private static final int FRAMES = 64;
    private static final int RING = 16;
    private static final int BATCH = 4;
    private static final int MOST = 6;
    private static final int PIECE = 100;

    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = CrankedPort.segmented(arena, 0, FRAMES, RING, BATCH, MOST);
    private final List<byte[]> seen = new ArrayList<>();

    @AfterEach
    void close() {
        arena.close();
    }

    private static byte[] frame(int length, int seed) {
        byte[] frame = new byte[length];
        new Random(seed).nextBytes(frame);
        return frame;
    }

    private static byte[] whole(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSegments segments = frame.segments();
        while (segments.next()) {
            bytes.writeBytes(segments.segment().toArray(ValueLayout.JAVA_BYTE));
        }
        return bytes.toByteArray();
    }

    private Crank crank(Stage stage) {
        return Crank.inline(port, frame -> {
            seen.add(whole(frame));
            stage.onFrame(frame);
        });
    }

    private void turn(Crank crank, int times) {
        for (int i = 0; i < times; i++) {
            crank.turn();
        }
        crank.failures.forEach(failure -> {
            throw new AssertionError(failure);
        });
    }

    private void assertHome() {
        assertTrue(port.audit().balanced(), () -> port.audit().toString());
        assertEquals(0, port.following());
        assertEquals(0, port.port().sending());
    }

    @Test
    void shouldShowOneFrameInSeveralSegments() {
        byte[] sent = frame(250, 1);
        Crank crank = crank(frame -> {
            assertEquals(3, frame.segmentCount());
            assertEquals(250, frame.totalLength());
            assertEquals(PIECE, frame.length());
            assertArrayEquals(Arrays.copyOf(sent, PIECE), frame.segment().toArray(ValueLayout.JAVA_BYTE));
            FrameSegments segments = frame.segments();
            for (int i = 0; i < 3; i++) {
                assertTrue(segments.next());
                assertEquals(i, segments.index());
                assertEquals(i * PIECE, segments.offset());
                assertEquals(i < 2 ? PIECE : 50, segments.length());
                assertEquals(segments.length(), segments.buffer().capacity());
                assertEquals(sent[i * PIECE + 7], segments.buffer().getByte(7));
                assertEquals(sent[i * PIECE + 7], frame.memory().get(ValueLayout.JAVA_BYTE, segments.address() + 7));
            }
            assertFalse(segments.next());
            assertEquals(2, segments.index(), "the last one stays in view");
        });
        assertTrue(port.arrive(sent, PIECE));
        turn(crank, 1);
        assertArrayEquals(sent, seen.getFirst());
        assertEquals(1, port.count(PortCounter.RX_FRAMES));
        assertEquals(250, port.count(PortCounter.RX_BYTES));
        assertEquals(1, port.count(PortCounter.RX_MULTI_BUFFER));
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertHome();
    }

    @Test
    void shouldShowFrameInOnePieceAsOneSegment() {
        Crank crank = crank(frame -> {
            assertEquals(1, frame.segmentCount());
            assertEquals(64, frame.totalLength());
            frame.forward(0);
        });
        assertTrue(port.arrive(frame(64, 1), PIECE));
        turn(crank, 1);
        assertArrayEquals(frame(64, 1), port.sendWhole().getFirst());
        turn(crank, 1);
        assertEquals(0, port.count(PortCounter.RX_MULTI_BUFFER));
        assertEquals(0, port.count(PortCounter.TX_MULTI_BUFFER));
        assertHome();
    }

    /** Six segments in batches of four: two duty cycles, and nothing of half a frame is to be seen between them. */
    @Test
    void shouldKeepFrameThatTheBatchCutsUntilItIsWhole() {
        Crank crank = crank(Frame::drop);
        port.arrive(frame(64, 1), PIECE);
        port.arrive(frame(550, 2), PIECE);
        port.arrive(frame(120, 3), PIECE);
        turn(crank, 1);
        assertEquals(1, seen.size());
        assertEquals(1, port.count(PortCounter.RX_FRAMES));
        assertEquals(64, port.count(PortCounter.RX_BYTES), "bytes of whole frames");
        assertTrue(port.audit().balanced(), () -> "the part that is here is found: " + port.audit());
        turn(crank, 2);
        assertEquals(3, seen.size());
        assertArrayEquals(frame(550, 2), seen.get(1));
        assertArrayEquals(frame(120, 3), seen.get(2));
        assertEquals(3, port.count(PortCounter.RX_FRAMES));
        assertEquals(2, port.count(PortCounter.RX_MULTI_BUFFER));
        assertEquals(64 + 550 + 120, port.count(PortCounter.RX_BYTES));
        assertEquals(3, port.count(PortCounter.DROPPED_BY_STAGE));
        assertHome();
    }

    @Test
    void shouldSendEverySegmentOfForwardedFrame() {
        Crank crank = crank(frame -> {
            frame.buffer().putByte(0, (byte) 77);
            FrameSegments segments = frame.segments();
            segments.next();
            segments.next();
            segments.buffer().putByte(0, (byte) 78);
            frame.forward(0);
        });
        byte[] sent = frame(333, 1);
        port.arrive(sent, PIECE);
        turn(crank, 1);
        sent[0] = 77;
        sent[PIECE] = 78;
        assertEquals(4, port.port().sending(), "descriptors");
        List<byte[]> out = port.sendWhole();
        assertEquals(1, out.size());
        assertArrayEquals(sent, out.getFirst());
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.FORWARDED));
        assertEquals(1, port.count(PortCounter.TX_FRAMES));
        assertEquals(1, port.count(PortCounter.TX_MULTI_BUFFER));
        assertEquals(333, port.count(PortCounter.TX_BYTES));
        assertHome();
    }

    @Test
    void shouldSendNothingOfFrameThatTheRingHasRoomForInPart() {
        Crank crank = crank(frame -> frame.forward(0));
        for (int i = 0; i < 3; i++) {
            assertTrue(port.arrive(frame(450, i), PIECE));
            turn(crank, 2);
        }
        assertEquals(3 * 5, port.port().sending());
        port.arrive(frame(150, 9), PIECE);
        port.arrive(frame(64, 10), PIECE);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.DROPPED_TX_FULL), "two segments, room for one");
        assertEquals(4, port.count(PortCounter.FORWARDED));
        List<byte[]> out = port.sendWhole();
        assertEquals(4, out.size());
        assertArrayEquals(frame(450, 2), out.get(2));
        assertArrayEquals(frame(64, 10), out.get(3));
        turn(crank, 1);
        assertHome();
    }

    /** As many segments as the kernel takes, and one more. */
    @Test
    void shouldRefuseFrameOfTooManySegmentsAsWhole() {
        Crank crank = crank(frame -> frame.forward(0));
        port.arrive(frame(MOST * PIECE, 1), PIECE);
        port.arrive(frame(MOST * PIECE + 1, 2), PIECE);
        turn(crank, 4);
        port.arrive(frame(120, 3), PIECE);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.DROPPED_INVALID));
        List<byte[]> out = port.sendWhole();
        assertEquals(2, out.size());
        assertArrayEquals(frame(MOST * PIECE, 1), out.get(0));
        assertArrayEquals(frame(120, 3), out.get(1));
        turn(crank, 1);
        assertHome();
    }

    /** The kernel would drop the whole frame for one bad descriptor, and never give its chunks back. */
    @Test
    void shouldRefuseFrameWithBadSegmentAsWhole() {
        int[] length = {13};
        Crank crank = crank(frame -> {
            frame.length(length[0]);
            frame.forward(0);
        });
        port.arrive(frame(250, 1), PIECE);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.DROPPED_INVALID));
        assertEquals(List.of(), port.sendWhole());
        length[0] = 14;
        port.arrive(frame(250, 2), PIECE);
        turn(crank, 1);
        assertEquals(14 + 150, port.sendWhole().getFirst().length, "the first segment was cut, the others were not");
        turn(crank, 1);
        assertHome();
    }

    @Test
    void shouldSendNoMoreThanTheStageLeft() {
        int[] lengths = {650, 500, 450, 100, 60, 14};
        int[] next = {0};
        Crank crank = crank(frame -> {
            int length = lengths[next[0]];
            frame.totalLength(length);
            assertEquals(length, frame.totalLength());
            assertEquals(Math.min(length, PIECE), frame.length());
            assertEquals((length + PIECE - 1) / PIECE, frame.segmentCount());
            assertArrayEquals(Arrays.copyOf(frame(650, next[0]++), length), whole(frame));
            assertThrows(IllegalArgumentException.class, () -> frame.totalLength(-1));
            if (length > PIECE) {
                assertThrows(IllegalArgumentException.class, () -> frame.totalLength(length + 1));
            }
            frame.forward(0);
        });
        for (int i = 0; i < lengths.length; i++) {
            assertTrue(port.arrive(frame(650, i), PIECE));
            turn(crank, 2);
            List<byte[]> out = port.sendWhole();
            if (lengths[i] == 650) {
                assertEquals(1, port.count(PortCounter.DROPPED_INVALID), "seven segments");
            } else {
                assertArrayEquals(Arrays.copyOf(frame(650, i), lengths[i]), out.getFirst());
            }
            turn(crank, 1);
            assertHome();
        }
    }

    @Test
    void shouldGiveBackSegmentsThatTheStageCutOff() {
        Crank crank = crank(frame -> {
            frame.totalLength(130);
            if (seen.size() % 2 == 0) {
                frame.drop();
            }
        });
        CrankedPort other = CrankedPort.segmented(arena, 1, 32, 8, 8, 3);
        Crank copying = new Crank(4, port, other).inline(frame -> {
            frame.totalLength(130);
            frame.forward(1);
        });
        for (int i = 0; i < 20; i++) {
            assertTrue(port.arrive(frame(400, i), PIECE));
            turn(i < 10 ? crank : copying, 1);
            assertHome();
        }
        other.sendWhole().forEach(sent -> assertEquals(130, sent.length));
        assertTrue(port.count(PortCounter.FORWARDED) > 0);
    }

    @Test
    void shouldKeepEverySegmentOfLeasedFrame() {
        List<Lease> leases = new ArrayList<>();
        Crank crank = crank(frame -> leases.add(frame.lease()));
        byte[] sent = frame(250, 1);
        port.arrive(sent, PIECE);
        turn(crank, 1);
        FrameAudit audit = port.audit();
        crank.leases.audit(0, audit);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(1, audit.count(FrameAudit.Place.LEASE));
        assertEquals(2, audit.count(FrameAudit.Place.SEGMENT));
        Lease lease = leases.getFirst();
        assertEquals(3, lease.segmentCount());
        assertEquals(lease.segment(), lease.segment(0));
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(Arrays.copyOfRange(sent, i * PIECE, Math.min((i + 1) * PIECE, 250)),
                lease.segment(i).toArray(ValueLayout.JAVA_BYTE));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> lease.segment(3));
        lease.close();
        assertThrows(IllegalStateException.class, lease::segmentCount);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertHome();
    }

    @Test
    void shouldFindEverySegmentOfFramesThatAreWithTheStages() {
        Crank crank = new Crank(4, port);
        StagedPipeline pipeline = new StagedPipeline(
            List.of(List.of(crank.runner(Frame::drop, 0, false))), 8, 4, new YieldingWaitStrategy(), crank.outlet);
        crank.over(pipeline); // its stage's thread does not run
        port.arrive(frame(250, 1), PIECE);
        port.arrive(frame(64, 2), PIECE);
        crank.turn();
        assertEquals(2, pipeline.inFlight());
        FrameAudit audit = port.audit();
        pipeline.audit(0, audit);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(2, audit.count(FrameAudit.Place.STAGE));
        assertEquals(2, audit.count(FrameAudit.Place.SEGMENT));
        assertEquals(2, port.following());
    }

    @Test
    void shouldRevokeSegmentsWithTheirFrame() {
        List<FrameSegments> kept = new ArrayList<>();
        Crank crank = crank(frame -> {
            if (!kept.isEmpty()) {
                assertEquals(0, kept.getFirst().buffer().capacity(), "none of this frame's");
                assertThrows(IllegalStateException.class, kept.getFirst()::next);
            }
            FrameSegments segments = frame.segments();
            assertThrows(IllegalStateException.class, segments::length, "before the first");
            segments.next();
            kept.add(segments);
        });
        Crank plain = Crank.inline(port, frame -> {
            if (kept.isEmpty()) {
                kept.add(frame.segments());
                kept.getFirst().next();
            } else {
                assertThrows(IllegalStateException.class, kept.getFirst()::next);
                assertEquals(0, kept.getFirst().buffer().capacity());
            }
        });
        port.arrive(frame(150, 1), PIECE);
        port.arrive(frame(150, 2), PIECE);
        turn(plain, 1);
        assertThrows(IllegalStateException.class, kept.getFirst()::segment);
        assertThrows(IllegalStateException.class, kept.getFirst()::next);
        kept.clear();
        port.arrive(frame(150, 3), PIECE);
        turn(crank, 1);
        assertThrows(IndexOutOfBoundsException.class, () -> kept.getFirst().buffer().getByte(0));
    }

    @Test
    void shouldCopyAllSegmentsToAnotherPort() {
        CrankedPort other = CrankedPort.segmented(arena, 1, 32, 8, 8, 3);
        Crank crank = new Crank(4, port, other).inline(frame -> frame.forward(1));
        int chunk = CrankedPort.FRAME_SIZE;
        port.arrive(frame(250, 1), PIECE); // fits into one chunk
        turn(crank, 1);
        port.arrive(frame(2 * chunk + 1, 2), 1500); // into three, whatever the segments were
        turn(crank, 1);
        port.arrive(frame(3 * chunk + 1, 3), 1500); // is too long
        turn(crank, 2);
        List<byte[]> out = other.sendWhole();
        assertEquals(2, out.size());
        assertArrayEquals(frame(250, 1), out.get(0));
        assertArrayEquals(frame(2 * chunk + 1, 2), out.get(1));
        turn(crank, 1);
        assertEquals(2, other.count(PortCounter.COPIED));
        assertEquals(2, other.count(PortCounter.TX_FRAMES));
        assertEquals(1, other.count(PortCounter.TX_MULTI_BUFFER));
        assertEquals(2, port.count(PortCounter.FORWARDED));
        assertEquals(1, port.count(PortCounter.DROPPED_INVALID));
        assertHome();
        assertTrue(other.audit().balanced(), () -> other.audit().toString());
        assertEquals(0, other.following());
    }

    @Test
    void shouldCopyToPortWithoutSegmentsWhatFitsThere() {
        CrankedPort other = new CrankedPort(arena, 1, 32, 8, 8);
        Crank crank = new Crank(4, port, other).inline(frame -> frame.forward(1));
        port.arrive(frame(CrankedPort.FRAME_SIZE, 1), 1024);
        port.arrive(frame(CrankedPort.FRAME_SIZE + 1, 2), 1024);
        turn(crank, 3);
        List<CrankedPort.Sent> out = other.send();
        assertEquals(1, out.size());
        assertArrayEquals(frame(CrankedPort.FRAME_SIZE, 1), out.getFirst().bytes());
        assertEquals(1, port.count(PortCounter.DROPPED_INVALID));
        turn(crank, 1);
        assertHome();
        assertTrue(other.audit().balanced());
    }

    @Test
    void shouldCutLongFramesOfAnotherPortIntoSegments() {
        CrankedPort large = CrankedPort.withLargeFrames(arena, 0, 32, 8, 8);
        CrankedPort out = CrankedPort.segmented(arena, 1, 32, 8, 8, 3);
        Crank crank = new Crank(4, large, out).inline(frame -> frame.forward(1));
        large.arrive(frame(3000, 1));
        crank.turn();
        assertArrayEquals(frame(3000, 1), out.sendWhole().getFirst());
        crank.turn();
        assertTrue(out.audit().balanced() && large.audit().balanced());
        assertEquals(1, large.count(PortCounter.FORWARDED));
    }

    @Test
    void shouldCopyNothingWithoutRoomForAll() {
        CrankedPort other = CrankedPort.segmented(arena, 1, 10, 8, 8, 3); // two chunks are not in the fill ring
        Crank crank = new Crank(4, port, other).inline(frame -> frame.forward(1));
        port.arrive(frame(2 * CrankedPort.FRAME_SIZE + 1, 1), 1500);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.DROPPED_TX_FULL));
        assertEquals(List.of(), other.sendWhole());
        assertHome();
        assertTrue(other.audit().balanced());
    }

    /** Lengths, segments and verdicts at random, a kernel that sends now and then: all in order, nothing lost. */
    @Test
    void shouldKeepFramesWholeWhateverTheirLengths() {
        Random random = new Random(7);
        List<byte[]> expected = new ArrayList<>();
        List<byte[]> out = new ArrayList<>();
        Crank crank = crank(frame -> {
            if (frame.buffer().getByte(0) % 3 == 0) {
                frame.drop();
            } else {
                frame.forward(0);
            }
        });
        int arrived = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] next = frame(14 + random.nextInt(586), i);
            if (port.arrive(next, 14 + random.nextInt(200))) {
                arrived++;
                expected.add(next);
            }
            if (random.nextInt(3) > 0) {
                turn(crank, 1);
            }
            if (random.nextInt(4) == 0) {
                out.addAll(port.sendWhole());
            }
        }
        turn(crank, RING);
        out.addAll(port.sendWhole());
        turn(crank, 1);
        assertEquals(arrived, seen.size());
        for (int i = 0; i < arrived; i++) {
            assertArrayEquals(expected.get(i), seen.get(i));
        }
        assertEquals(out.size(), port.count(PortCounter.FORWARDED));
        assertEquals(arrived, port.count(PortCounter.FORWARDED) + port.count(PortCounter.DROPPED_BY_STAGE)
            + port.count(PortCounter.DROPPED_TX_FULL) + port.count(PortCounter.DROPPED_INVALID));
        assertTrue(port.count(PortCounter.DROPPED_TX_FULL) > 0, "the ring was full at times");
        assertTrue(port.count(PortCounter.DROPPED_INVALID) > 0, "some had too many segments");
        assertHome();
    }
}

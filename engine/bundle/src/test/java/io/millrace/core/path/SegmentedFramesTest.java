package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.Lease;
import io.millrace.afxdp.CrankedPort;
import io.millrace.ring.FrameAudit;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames in several segments: whole or not at all, wherever a batch cuts them; found wherever they are. */
@Timeout(60)
class SegmentedFramesTest extends SegmentedFixture {
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
            assertArrayEquals(
                    Arrays.copyOfRange(sent, i * PIECE, Math.min((i + 1) * PIECE, 250)),
                    lease.segment(i).toArray(ValueLayout.JAVA_BYTE));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> lease.segment(3));
        lease.close();
        assertThrows(IllegalStateException.class, lease::segmentCount);
        turn(crank, 1);
        assertEquals(1, port.count(PortCounter.CONSUMED));
        assertHome();
    }

    /** A stage behind the one that took the lease cuts off two of three segments. */
    @Test
    void shouldShowALeasesHolderTheSegmentsOfWhenItWasTaken() {
        List<Lease> leases = new ArrayList<>();
        Crank crank = crank(frame -> {
            leases.add(frame.lease());
            frame.totalLength(50);
        });
        byte[] sent = frame(250, 1);
        port.arrive(sent, PIECE);
        turn(crank, 1);
        Lease lease = leases.getFirst();
        assertEquals(3, lease.segmentCount());
        for (int i = 0; i < 3; i++) {
            byte[] piece = Arrays.copyOfRange(sent, i * PIECE, Math.min((i + 1) * PIECE, 250));
            assertArrayEquals(piece, lease.segment(i).toArray(ValueLayout.JAVA_BYTE));
            byte[] read = new byte[piece.length];
            lease.buffer(i).getBytes(0, read);
            assertArrayEquals(piece, read);
        }
        List<MutableDirectBuffer> buffers = List.of(lease.buffer(), lease.buffer(1), lease.buffer(2));
        lease.close();
        buffers.forEach(buffer -> assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(0)));
        turn(crank, 1);
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
        assertThrows(
                IndexOutOfBoundsException.class, () -> kept.getFirst().buffer().getByte(0));
    }
}

package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.FrameSegments;
import io.millrace.statistics.PortCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames in several segments leave whole or not at all, whatever the ring and the kernel have room for. */
@Timeout(60)
class SegmentedSendTest extends SegmentedFixture {
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
        assertEquals(4, port.port().txInFlight(), "descriptors");
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
        assertEquals(3 * 5, port.port().txInFlight());
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

    /** Sends as many segments as the kernel takes, and then one more. */
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
        assertEquals(
                arrived,
                port.count(PortCounter.FORWARDED)
                        + port.count(PortCounter.DROPPED_BY_STAGE)
                        + port.count(PortCounter.DROPPED_TX_FULL)
                        + port.count(PortCounter.DROPPED_INVALID));
        assertTrue(port.count(PortCounter.DROPPED_TX_FULL) > 0, "the ring was full at times");
        assertTrue(port.count(PortCounter.DROPPED_INVALID) > 0, "some had too many segments");
        assertHome();
    }
}

package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.CrankedPort;
import io.millrace.statistics.PortCounter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames in several segments that leave by a port which has its frames elsewhere. */
@Timeout(60)
class SegmentedCopyTest extends SegmentedFixture {
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
}

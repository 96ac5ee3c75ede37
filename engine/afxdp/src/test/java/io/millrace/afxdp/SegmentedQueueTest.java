package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.PipelineStub;
import io.millrace.ring.FrameAudit;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rings of a queue whose frames have several segments: what is on whose account in the midst of a frame. */
class SegmentedQueueTest {
    private static final int RING = 16;
    private static final int BATCH = 4;
    private static final int PIECE = 100;

    private final Arena arena = Arena.ofConfined();
    private final CrankedPort cranked = CrankedPort.segmented(arena, 0, 32, RING, BATCH, 8);
    private final XdpQueue queue = cranked.queue();
    private final Frames frames = new Frames();

    @AfterEach
    void close() {
        arena.close();
    }

    /** Takes what it is given, as much at a time as it is told. */
    private static final class Frames extends PipelineStub {
        private final List<Integer> lengths = new ArrayList<>();

        Frames() {
            super(BATCH);
        }

        @Override
        public void frame(int portId, int queue, int connection, long address, int length) {
            lengths.add(length);
        }

        @Override
        public int inFlight() {
            return lengths.size();
        }
    }

    private int receive() {
        return queue.receive(0, frames);
    }

    @Test
    void shouldKeepPartOfFrameOnTheKernelsAccount() {
        assertTrue(cranked.arrive(new byte[6 * PIECE], PIECE));
        assertEquals(RING, queue.offered());
        assertEquals(BATCH, receive(), "descriptors, so that the poller does not go to sleep over half a frame");
        assertEquals(List.of(), frames.lengths);
        assertEquals(RING, queue.offered());
        FrameAudit audit = cranked.audit();
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(6, audit.count(FrameAudit.Place.RX_RING));
        assertEquals(2, receive());
        assertEquals(List.of(PIECE), frames.lengths);
        assertEquals(RING - 6, queue.offered());
        assertEquals(0, receive());
    }

    @Test
    void shouldTakeNoMoreThanThereIsRoomFor() {
        assertTrue(cranked.arrive(new byte[2 * PIECE], PIECE));
        assertTrue(cranked.arrive(new byte[PIECE], PIECE));
        frames.room = 0;
        assertEquals(0, receive());
        frames.room = 1;
        for (int i = 0; i < 3; i++) {
            assertEquals(1, receive());
        }
        assertEquals(List.of(PIECE, PIECE), frames.lengths);
        assertEquals(2, cranked.count(PortCounter.RX_FRAMES));
        assertEquals(3 * PIECE, cranked.count(PortCounter.RX_BYTES));
    }

    /** A frame whose first part had been taken is whole with what is in the ring: one frame, counted once. */
    @Test
    void shouldCountFramesThatAreLeftAtClose() {
        assertTrue(cranked.arrive(new byte[6 * PIECE], PIECE));
        assertTrue(cranked.arrive(new byte[PIECE], PIECE));
        assertTrue(cranked.arrive(new byte[3 * PIECE], PIECE));
        receive();
        queue.abandon();
        assertEquals(3, cranked.count(PortCounter.RX_FRAMES));
        assertEquals(3, cranked.count(PortCounter.DROPPED_AT_STOP));
        assertEquals(2, cranked.count(PortCounter.RX_MULTI_BUFFER));
        assertEquals(10 * PIECE, cranked.count(PortCounter.RX_BYTES));
        assertEquals(RING, queue.offered(), "they never left the kernel's account");
    }
}

package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.BufferRing;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameHolders;
import io.millrace.statistics.FrameCensus;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a socket port's frames are, and that each is found at the end. */
class SocketFramesTest {
    private static final int FRAMES = 16;
    private static final int BUFFERS = 4;
    private static final int SIZE = 2048;
    private static final FrameHolders NOBODY = (port, audit) -> {};

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, SIZE, HugePages.OFF);
    private final SocketFrames frames = new SocketFrames(
            umem,
            new UringDevice.ProvidedBuffers(
                    new BufferRing(arena.allocate(BUFFERS * BufferRing.ENTRY_LENGTH, 4096), umem, BUFFERS), 3));

    @AfterEach
    void close() {
        arena.close();
    }

    private FrameCensus census(FrameHolders stages, FrameHolders own) {
        return frames.census(0, "p", stages, own);
    }

    @Test
    void shouldGiveTheKernelAsManyAsThereIsRoomFor() {
        assertFalse(frames.canReceive());
        frames.refill();
        assertTrue(frames.canReceive());
        assertEquals(3, frames.group());
        FrameCensus estimate = frames.estimate(0, 0);
        assertEquals(BUFFERS, estimate.inRings());
        assertEquals(FRAMES - BUFFERS, estimate.free());
        for (int id = 0; id < BUFFERS; id++) {
            frames.received(id);
        }
        assertFalse(frames.canReceive());
        assertThrows(IllegalStateException.class, () -> frames.received(0), "once");
        frames.refill();
        assertEquals(BUFFERS, frames.estimate(0, 0).inRings());
        assertEquals(FRAMES - 2 * BUFFERS, frames.estimate(0, 0).free());
    }

    @Test
    void shouldTakeFrameBackWhenItsLastHolderLetsGo() {
        frames.refill();
        long frame = frames.received(1);
        frames.hold(frame + 100);
        frames.hold(frame + SIZE - 1);
        frames.release(frame);
        frames.release(frame + 700);
        assertEquals(FRAMES - BUFFERS, frames.estimate(0, 0).free());
        frames.release(frame + 1);
        assertEquals(FRAMES - BUFFERS + 1, frames.estimate(0, 0).free());
        assertThrows(IllegalStateException.class, () -> frames.release(frame));
    }

    @Test
    void shouldLendFreeFramesUntilThereAreNone() {
        frames.refill();
        for (int i = BUFFERS; i < FRAMES; i++) {
            long frame = frames.take();
            assertTrue(frame >= 0 && frame % SIZE == 0);
        }
        assertEquals(-1, frames.take());
        assertEquals(0, frames.estimate(0, 0).free());
    }

    @Test
    void shouldFindAllAtHome() {
        frames.refill();
        frames.release(frames.received(0));
        assertEquals(new FrameCensus(FRAMES, FRAMES, 0, 0, 0, 0), census(NOBODY, NOBODY));
    }

    /** Two leases of one coalesced buffer and a frame in a stage; another one is still being sent. */
    @Test
    void shouldCountWhatIsHeldByWhom() {
        frames.refill();
        long shared = frames.received(0);
        frames.hold(shared);
        long staged = frames.received(1);
        long sent = frames.take();
        FrameCensus census = census(
                (port, audit) -> {
                    audit.found(FrameAudit.Place.LEASE, shared + 10);
                    audit.found(FrameAudit.Place.LEASE, shared + 20);
                    audit.found(FrameAudit.Place.STAGE, staged + 10);
                },
                (port, audit) -> audit.found(FrameAudit.Place.SEND, sent));
        assertEquals(0, census.lost());
        assertEquals(2, census.leased());
        assertEquals(1, census.inStages());
        assertEquals(FRAMES - 3, census.free(), "three at most are held by those");
    }

    @Test
    void shouldNoticeWhatIsLostOrHeldTwice() {
        frames.refill();
        long lost = frames.received(0);
        assertEquals(2, census(NOBODY, NOBODY).lost(), "the frame, and its holder");
        FrameHolders twice = (port, audit) -> {
            audit.found(FrameAudit.Place.LEASE, lost);
            audit.found(FrameAudit.Place.STAGE, lost);
        };
        assertEquals(1, census(twice, NOBODY).lost());
        assertEquals(
                1,
                census(
                                (port, audit) -> {
                                    audit.found(FrameAudit.Place.LEASE, lost);
                                    audit.found(FrameAudit.Place.LEASE, (long) FRAMES * SIZE);
                                },
                                NOBODY)
                        .lost(),
                "outside");
    }
}

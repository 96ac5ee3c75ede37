package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.FrameAudit.Place;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link FrameAudit} of frames that may have several holders. */
final class FrameHoldersAuditTest {
    private static final int FRAMES = 16;
    private static final int FRAME_SIZE = 2048;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
    private final FramePool pool = new FramePool(umem);
    private final FrameReferences references = new FrameReferences(umem, pool);
    private final FrameAudit audit = new FrameAudit(umem);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldBalanceWhenNothingIsHeld() {
        audit.add(references);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(0, audit.missingHolders());
        assertEquals("frames 16, POOL 16", audit.toString());
    }

    @Test
    void shouldExpectNoHoldersWithoutReferences() {
        references.hold(pool.take());
        assertEquals(0, audit.missingHolders());
    }

    @Test
    void shouldBalanceWhenEachHolderOfASharedFrameIsFound() {
        final long shared = held(4);
        final long single = held(1);
        audit.add(references);
        assertEquals(5, audit.missingHolders());
        audit.found(Place.STAGE, shared + 100);
        audit.found(Place.SEND, single);
        audit.found(Place.SEND, shared + 2000);
        audit.found(Place.LEASE, shared);
        audit.add(pool);
        audit.found(Place.CONNECTION, shared + 1);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(0, audit.missingHolders());
        assertEquals("frames 16, POOL 14, SEND 2, CONNECTION 1, STAGE 1, LEASE 1", audit.toString());
    }

    @Test
    void shouldMissAHolderOfAFrameThatOthersHold() {
        final long shared = held(3);
        audit.add(references);
        audit.add(pool);
        audit.found(Place.STAGE, shared);
        audit.found(Place.STAGE, shared);
        assertFalse(audit.balanced());
        assertEquals(1, audit.missingHolders());
        assertEquals(0, audit.missing());
        assertEquals(0, audit.duplicates());
        assertEquals("frames 16, POOL 15, STAGE 2; missing holders 1", audit.toString());
    }

    @Test
    void shouldMissTheFrameAndItsHoldersWhenNobodyHasIt() {
        held(2);
        audit.add(references);
        audit.add(pool);
        assertFalse(audit.balanced());
        assertEquals(1, audit.missing());
        assertEquals(2, audit.missingHolders());
        assertEquals("frames 16, POOL 15; missing 1: 0; missing holders 2", audit.toString());
    }

    @Test
    void shouldFindAHolderTooMany() {
        final long shared = held(2);
        audit.add(references);
        audit.add(pool);
        audit.found(Place.STAGE, shared);
        audit.found(Place.SEND, shared);
        audit.found(Place.LEASE, shared);
        assertFalse(audit.balanced());
        assertEquals(1, audit.duplicates());
        assertEquals(0, audit.missingHolders());
        assertEquals(
                "frames 16, POOL 15, SEND 1, STAGE 1, LEASE 1; duplicate 1: 0 in STAGE and LEASE", audit.toString());
    }

    @Test
    void shouldNotLetASurplusHolderOfOneFrameMakeUpForAMissingOneOfAnother() {
        final long one = held(2);
        final long other = held(2);
        audit.add(references);
        audit.add(pool);
        for (int i = 0; i < 3; i++) {
            audit.found(Place.STAGE, one);
        }
        audit.found(Place.STAGE, other);
        assertFalse(audit.balanced());
        assertEquals(1, audit.duplicates());
        assertEquals(1, audit.missingHolders());
    }

    @Test
    void shouldFindAFrameTwiceInTheBufferRingAndWithAHolder() {
        final BufferRing ring = KernelBuffers.of(arena, umem, 4).bufferRing();
        final long frame = pool.take();
        ring.add(frame);
        audit.add(references);
        audit.add(pool);
        audit.add(ring);
        audit.found(Place.STAGE, frame);
        assertFalse(audit.balanced());
        assertEquals(
                "frames 16, POOL 15, BUFFER_RING 1, STAGE 1; duplicate 1: 0 in BUFFER_RING and STAGE",
                audit.toString());
    }

    @Test
    void shouldNotTakeThePoolForAHolder() {
        pool.give(held(1));
        audit.add(references);
        audit.add(pool);
        assertFalse(audit.balanced(), "the frame is free and held");
        assertEquals(1, audit.missingHolders());
        assertEquals("frames 16, POOL 16; missing holders 1", audit.toString());
    }

    @Test
    void shouldFindAFrameThatIsFreeThoughItsHoldersHaveIt() {
        final long frame = held(2);
        pool.give(frame);
        audit.add(references);
        audit.add(pool);
        audit.found(Place.STAGE, frame);
        audit.found(Place.SEND, frame);
        assertFalse(audit.balanced());
        assertEquals(0, audit.missingHolders());
        assertEquals(
                "frames 16, POOL 16, SEND 1, STAGE 1; duplicate 2: 0 in POOL and STAGE, 0 in POOL and SEND",
                audit.toString());
    }

    @Test
    void shouldFindAFrameThatIsFreeThoughItsHoldersHaveItWhicheverIsToldFirst() {
        final long frame = held(2);
        pool.give(frame);
        audit.add(references);
        audit.found(Place.STAGE, frame);
        audit.add(pool);
        assertFalse(audit.balanced());
        assertEquals(1, audit.missingHolders());
        assertEquals(
                "frames 16, POOL 16, STAGE 1; duplicate 1: 0 in STAGE and POOL; missing holders 1", audit.toString());
    }

    @Test
    void shouldNotTakeTheBufferRingForAHolder() {
        final BufferRing ring = KernelBuffers.of(arena, umem, 4).bufferRing();
        final long frame = held(2);
        ring.add(frame);
        audit.add(references);
        audit.add(pool);
        audit.found(Place.STAGE, frame);
        audit.add(ring);
        assertEquals(
                "frames 16, POOL 15, BUFFER_RING 1, STAGE 1; duplicate 1: 0 in STAGE and BUFFER_RING; "
                        + "missing holders 1",
                audit.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "CONNECTION", "STAGE", "LEASE"})
    void shouldFindAHolderOfAFrameThatNobodyIsToHold(Place place) {
        final long frame = pool.take();
        audit.add(references);
        audit.add(pool);
        audit.found(place, frame);
        assertFalse(audit.balanced(), "the frame will not come back");
        assertEquals(1, audit.duplicates());
        assertEquals(
                "frames 16, POOL 15, " + place + " 1; duplicate 1: 0 in " + place + " without a reference",
                audit.toString());
    }

    private long held(int holders) {
        final long frame = pool.take();
        for (int i = 0; i < holders; i++) {
            references.hold(frame);
        }
        return frame;
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.FrameAudit.Place;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrameAuditTest {
    private static final int FRAMES = 16;
    private static final int FRAME_SIZE = 2048;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.over(arena.allocate(FRAMES * FRAME_SIZE, 4096), FRAME_SIZE);
    private final FramePool pool = new FramePool(umem);
    private final FrameAudit audit = new FrameAudit(umem);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldMissEveryFrameBeforeItIsToldOfAny() {
        assertEquals(FRAMES, audit.missing());
        assertFalse(audit.balanced());
    }

    @Test
    void shouldBalanceWhenEveryFrameIsFree() {
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(FRAMES, audit.count(Place.POOL));
        assertEquals("frames 16, POOL 16", audit.toString());
    }

    @Test
    void shouldFindAFrameInEveryPlaceItCanBe() {
        final KernelSide kernel = KernelSide.of(arena, umem, 8);
        final FillRing fill = kernel.fillRing();
        final RxRing rx = kernel.rxRing();
        final TxRing tx = kernel.txRing();
        final CompletionRing completion = kernel.completionRing();
        fill(fill, 8);
        kernel.receive(6, 60);
        rx.peek(4);
        tx.reserve(3);
        for (int i = 0; i < 3; i++) {
            tx.frame(i, rx.address(i), rx.length(i));
        }
        tx.submit(3);
        audit.found(Place.LEASE, rx.address(3));
        rx.release(4);
        kernel.transmit(2);
        audit.found(Place.STAGE, pool.take() + 300);

        audit.add(pool);
        audit.add(fill);
        audit.add(rx);
        audit.add(tx);
        audit.add(completion);

        assertTrue(audit.balanced(), audit::toString);
        assertEquals(
                "frames 16, POOL 7, FILL_RING 2, RX_RING 2, TX_RING 1, COMPLETION_RING 2, STAGE 1, LEASE 1",
                audit.toString());
    }

    @Test
    void shouldNotCountEntriesReservedButNotSubmitted() {
        final FillRing fill = KernelSide.of(arena, umem, 8).fillRing();
        fill.reserve(8);
        fill.address(0, pool.take());
        audit.add(fill);
        assertEquals(0, audit.count(Place.FILL_RING));
    }

    @Test
    void shouldFollowARingAcrossTheWrapOfItsCursors() {
        final FillRing fill = RingMemory.ofAddresses(arena, 8).startAt(-3).fillRing();
        fill(fill, 8);
        audit.add(fill);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(8, audit.count(Place.FILL_RING));
    }

    @Test
    void shouldFindAPlantedDuplicateInAnotherPlace() {
        final FillRing fill = KernelSide.of(arena, umem, 8).fillRing();
        fill.reserve(1);
        fill.address(0, 3 * FRAME_SIZE + 256);
        fill.submit(1);
        audit.add(pool);
        audit.add(fill);
        assertFalse(audit.balanced());
        assertEquals(1, audit.duplicates());
        assertEquals(0, audit.missing());
        assertEquals("frames 16, POOL 16, FILL_RING 1; duplicate 1: 3 in POOL and FILL_RING", audit.toString());
    }

    @Test
    void shouldFindADuplicateThatHidesALossFromTheCount() {
        final long kept = pool.take();
        pool.take();
        pool.give(kept);
        pool.give(kept);
        audit.add(pool);
        assertEquals(FRAMES, audit.count(Place.POOL));
        assertFalse(audit.balanced());
        assertEquals("frames 16, POOL 16; duplicate 1: 0 in POOL and POOL; missing 1: 1", audit.toString());
    }

    @Test
    void shouldFindALostFrame() {
        pool.take();
        audit.add(pool);
        assertFalse(audit.balanced());
        assertEquals(1, audit.missing());
        assertEquals("frames 16, POOL 15; missing 1: 0", audit.toString());
    }

    @Test
    void shouldFindAddressesOutsideTheUmem() {
        audit.add(pool);
        audit.found(Place.RX_RING, FRAMES * FRAME_SIZE);
        audit.found(Place.RX_RING, -1);
        assertFalse(audit.balanced());
        assertEquals(2, audit.outside());
        assertEquals(
                "frames 16, POOL 16, RX_RING 2; outside 2: 0x8000 in RX_RING, 0xffffffffffffffff in RX_RING",
                audit.toString());
    }

    @Test
    void shouldNameTheFirstFewWhenThereAreManyProblems() {
        assertEquals("frames 16; missing 16: 0, 1, 2, 3, 4, 5, 6, 7, …", audit.toString());
    }

    private void fill(FillRing ring, int count) {
        assertEquals(count, ring.reserve(count));
        for (int i = 0; i < count; i++) {
            ring.address(i, pool.take());
        }
        ring.submit(count);
    }
}

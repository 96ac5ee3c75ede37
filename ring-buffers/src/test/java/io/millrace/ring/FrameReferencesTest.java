package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrameReferencesTest {
    private static final int FRAMES = 4;
    private static final int FRAME_SIZE = 4096;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
    private final FramePool pool = new FramePool(umem);
    private final FrameReferences references = new FrameReferences(umem, pool);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldGiveTheFrameBackWhenItsOnlyHolderReleasesIt() {
        final long frame = pool.take();
        references.hold(frame);
        assertEquals(1, references.count(frame));
        assertEquals(1, references.held());
        assertEquals(FRAMES - 1, pool.available());
        references.release(frame);
        assertEquals(0, references.count(frame));
        assertEquals(0, references.held());
        assertEquals(FRAMES, pool.available());
    }

    @Test
    void shouldGiveTheFrameBackOnlyWhenTheLastOfItsHoldersReleasesIt() {
        final long frame = pool.take();
        for (int holders = 1; holders <= 64; holders++) {
            references.hold(frame + holders);
            assertEquals(holders, references.count(frame));
            assertEquals(1, references.held());
        }
        for (int holders = 64; holders > 0; holders--) {
            assertEquals(FRAMES - 1, pool.available());
            references.release(frame + FRAME_SIZE - holders);
        }
        assertEquals(FRAMES, pool.available());
        assertEquals(0, references.held());
        assertEquals(frame, pool.take(), "the frame's address, not one inside");
    }

    @Test
    void shouldKeepFramesApart() {
        final long first = pool.take();
        final long second = pool.take();
        references.hold(first + FRAME_SIZE - 1);
        references.hold(second);
        references.hold(second);
        assertEquals(1, references.count(first));
        assertEquals(2, references.count(second));
        assertEquals(2, references.held());
        references.release(first);
        assertEquals(2, references.count(second));
        assertEquals(1, references.held());
        assertEquals(first, pool.take());
    }

    @Test
    void shouldThrowWhenReleasedOnceTooOften() {
        final long frame = pool.take();
        references.hold(frame);
        references.release(frame);
        final var thrown = assertThrows(IllegalStateException.class, () -> references.release(frame + 100));
        assertEquals("frame 0 is released and has no holder; release it once", thrown.getMessage());
        assertEquals(FRAMES, pool.available());
        assertEquals(0, references.held());
        assertEquals(0, references.count(frame));
    }

    @Test
    void shouldThrowWhenAFrameIsReleasedThatNobodyHeld() {
        references.hold(pool.take());
        final long other = pool.take();
        assertThrows(IllegalStateException.class, () -> references.release(other));
        assertEquals(FRAMES - 2, pool.available());
        assertEquals(1, references.held());
    }

    @Test
    void shouldThrowForAddressesOutside() {
        pool.take();
        for (final long outside : new long[] {FRAMES * FRAME_SIZE, -1}) {
            assertThrows(IndexOutOfBoundsException.class, () -> references.hold(outside));
            assertThrows(IndexOutOfBoundsException.class, () -> references.release(outside));
        }
        assertEquals(0, references.held());
        assertEquals(FRAMES - 1, pool.available());
    }

    @Test
    void shouldHoldAgainAFrameThatWasReleased() {
        for (int i = 0; i < 3; i++) {
            final long frame = pool.take();
            references.hold(frame);
            references.hold(frame);
            references.release(frame);
            references.release(frame);
        }
        assertEquals(FRAMES, pool.available());
    }
}

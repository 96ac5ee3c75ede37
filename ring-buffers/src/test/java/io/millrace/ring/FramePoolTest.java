package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FramePoolTest {
    private final Arena arena = Arena.ofConfined();
    private final FramePool pool = new FramePool(Umem.over(arena.allocate(4 * 2048, 4096), 2048));

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldServeEachFrameOnceFromTheLowestAddressOn() {
        assertEquals(4, pool.capacity());
        for (int i = 0; i < 4; i++) {
            assertEquals(4 - i, pool.available());
            assertEquals(2048L * i, pool.take());
        }
        assertEquals(0, pool.available());
    }

    @Test
    void shouldServeTheFrameGivenBackLastFirst() {
        final long first = pool.take();
        final long second = pool.take();
        pool.give(first);
        pool.give(second);
        assertEquals(second, pool.take());
        assertEquals(first, pool.take());
    }

    @Test
    void shouldKeepTheFrameWhenGivenAnAddressInside() {
        final long frame = pool.take();
        pool.give(frame + 256);
        assertEquals(frame, pool.take());
    }

    @Test
    void shouldThrowWhenEmpty() {
        while (pool.available() > 0) {
            pool.take();
        }
        assertThrows(IllegalStateException.class, pool::take);
        assertEquals(0, pool.available());
    }

    @Test
    void shouldThrowWhenGivenMoreThanThereAre() {
        assertThrows(IllegalStateException.class, () -> pool.give(0));
        assertEquals(4, pool.available());
    }

    @Test
    void shouldThrowWhenGivenAnAddressOutside() {
        pool.take();
        assertThrows(IllegalArgumentException.class, () -> pool.give(4 * 2048));
        assertThrows(IllegalArgumentException.class, () -> pool.give(-1));
        assertEquals(3, pool.available());
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Umem#mapBuffers}: frames of sockets, which may be larger than those of AF_XDP. */
final class UmemBuffersTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 4096, 8192, 65536, 1 << 20})
    void shouldFindTheFrameOfAnyAddressInIt(int frameSize) {
        final Umem umem = Umem.mapBuffers(arena, 3, frameSize, HugePages.OFF);
        assertEquals(3, umem.frameCount());
        assertEquals(frameSize, umem.frameSize());
        assertEquals(3L * frameSize, umem.lengthBytes());
        assertEquals(3L * frameSize, umem.memory().byteSize());
        assertEquals(0, umem.baseAddress() % 4096);
        assertFalse(umem.hugePages());
        for (int i = 0; i < 3; i++) {
            final long start = (long) i * frameSize;
            for (final long offset : new long[] {0, 1, frameSize - 1}) {
                assertEquals(start, umem.frameAddress(start + offset));
                assertEquals(i, umem.frameIndex(start + offset));
            }
        }
        umem.memory().set(ValueLayout.JAVA_BYTE, umem.lengthBytes() - 1, (byte) 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 2047, 3000, (1 << 20) + 1, 1 << 21, 1 << 30, -2048, Integer.MIN_VALUE})
    void shouldRefuseOtherFrameSizes(int frameSize) {
        final var thrown =
                assertThrows(IllegalArgumentException.class, () -> Umem.mapBuffers(arena, 4, frameSize, HugePages.OFF));
        assertEquals(
                "frame size " + frameSize + " is not supported; use a power of two, 2048 to 1048576",
                thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void shouldRefuseToMapNoFrames(int frameCount) {
        final var thrown = assertThrows(
                IllegalArgumentException.class, () -> Umem.mapBuffers(arena, frameCount, 4096, HugePages.OFF));
        assertEquals("frame count " + frameCount + " is not positive; use at least 1", thrown.getMessage());
    }

    @Test
    void shouldSayHowMuchMemoryTheHostDoesNotGive() {
        final var thrown = assertThrows(
                UmemMappingException.class, () -> Umem.mapBuffers(arena, Integer.MAX_VALUE, 1 << 20, HugePages.OFF));
        assertEquals(
                "no memory for a UMEM of " + ((long) Integer.MAX_VALUE << 20)
                        + " bytes, mmap: ENOMEM (Cannot allocate memory); use fewer frames",
                thrown.getMessage());
    }

    @Test
    void shouldServeFramesOfItsSizeFromAPool() {
        final FramePool pool = new FramePool(Umem.mapBuffers(arena, 2, 65536, HugePages.OFF));
        assertEquals(0, pool.take());
        assertEquals(65536, pool.take());
        pool.give(2 * 65536 - 1);
        assertEquals(65536, pool.take());
    }
}

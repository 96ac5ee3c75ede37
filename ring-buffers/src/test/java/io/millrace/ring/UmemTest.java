package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UmemTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 4096})
    void shouldFindTheFrameOfAnyAddressInIt(int frameSize) {
        final Umem umem = Umem.over(arena.allocate(8L * frameSize, 4096), frameSize);
        assertEquals(8, umem.frameCount());
        assertEquals(frameSize, umem.frameSize());
        assertEquals(8L * frameSize, umem.lengthBytes());
        assertEquals(umem.memory().address(), umem.baseAddress());
        for (int i = 0; i < 8; i++) {
            final long start = (long) i * frameSize;
            for (final long offset : new long[] {0, 1, 256, frameSize - 1}) {
                assertEquals(start, umem.frameAddress(start + offset));
                assertEquals(i, umem.frameIndex(start + offset));
            }
        }
    }

    @Test
    void shouldKnowWhichAddressesItContains() {
        final Umem umem = Umem.over(arena.allocate(2 * 4096, 4096), 4096);
        assertTrue(umem.contains(0));
        assertTrue(umem.contains(8191));
        assertFalse(umem.contains(8192));
        assertFalse(umem.contains(-1));
        assertFalse(umem.contains(Long.MIN_VALUE));
    }

    @Test
    void shouldKeepAddressesApartBeyondFourGibibytes() {
        final long length = 5L << 30;
        final Umem umem = Umem.over(MemorySegment.ofAddress(4096).reinterpret(length), 4096);
        final long last = length - 4096;
        assertEquals(5 << 18, umem.frameCount());
        assertEquals(last, umem.frameAddress(last + 256));
        assertEquals((5 << 18) - 1, umem.frameIndex(last + 256));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2048, 1024, 2047, 3000, 8192, Integer.MIN_VALUE})
    void shouldRefuseOtherFrameSizes(int frameSize) {
        final MemorySegment memory = arena.allocate(16384, 4096);
        final var over = assertThrows(IllegalArgumentException.class, () -> Umem.over(memory, frameSize));
        assertEquals("frame size " + frameSize + " is not supported; use 2048 or 4096", over.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Umem.map(arena, 4, frameSize, HugePages.OFF));
    }

    @Test
    void shouldRefuseMemoryThatTheKernelWouldNotTake() {
        final MemorySegment memory = arena.allocate(16384, 4096);
        final MemorySegment onHeap = MemorySegment.ofArray(new byte[4096]);
        final MemorySegment offPage = memory.asSlice(2048, 4096);
        final MemorySegment readOnly = memory.asReadOnly();
        final MemorySegment notWhole = memory.asSlice(0, 5000);
        final MemorySegment empty = memory.asSlice(0, 0);
        for (final MemorySegment unsuitable : new MemorySegment[] {onHeap, offPage, readOnly, notWhole, empty}) {
            assertThrows(IllegalArgumentException.class, () -> Umem.over(unsuitable, 2048));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void shouldRefuseToMapNoFrames(int frameCount) {
        assertThrows(IllegalArgumentException.class, () -> Umem.map(arena, frameCount, 2048, HugePages.OFF));
    }

    @Test
    void shouldMapMemoryThatIsAlignedToAPageAndWritable() {
        final Umem umem = Umem.map(arena, 5, 2048, HugePages.OFF);
        assertEquals(0, umem.baseAddress() % 4096);
        assertEquals(5 * 2048, umem.memory().byteSize());
        assertFalse(umem.hugePages());
        umem.memory().fill((byte) 0x5a);
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 3000, 4001, 4095, 4096})
    void shouldFindTheFrameOfAnyAddressWhenFramesAreUnaligned(int frameSize) {
        final int perPage = (2 << 20) / frameSize;
        final int frames = perPage + 3;
        final Umem umem = Umem.overUnaligned(MemorySegment.ofAddress(4096).reinterpret(4 << 20), frames, frameSize);
        assertTrue(umem.unaligned());
        assertEquals(frames, umem.frameCount());
        assertEquals(frameSize, umem.frameSize());
        for (int i = 0; i < frames; i++) {
            final long start = umem.addressOf(i);
            assertEquals(i < perPage ? (long) i * frameSize : (2 << 20) + (long) (i - perPage) * frameSize, start);
            assertEquals(start >> 21, start + frameSize - 1 >> 21, "crosses no huge page");
            for (int offset = 0; offset < frameSize; offset++) {
                assertEquals(start, umem.frameAddress(start + offset));
                assertEquals(i, umem.frameIndex(start + offset));
                assertTrue(umem.contains(start + offset));
            }
        }
        for (long unused = (long) perPage * frameSize; unused < 2 << 20; unused++) {
            assertFalse(umem.contains(unused));
        }
        assertFalse(umem.contains(umem.addressOf(frames - 1) + frameSize));
        assertFalse(umem.contains(-1));
        assertFalse(umem.contains(4 << 20));
    }

    @Test
    void shouldServeEveryUnalignedFrameOnce() {
        final Umem umem = Umem.overUnaligned(MemorySegment.ofAddress(4096).reinterpret(4 << 20), 700, 3000);
        final FramePool pool = new FramePool(umem);
        final FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        for (int i = 0; i < 700; i++) {
            final long address = pool.take();
            assertEquals(umem.addressOf(i), address);
        }
        pool.give(umem.addressOf(699) + 2999);
        assertEquals(umem.addressOf(699), pool.take());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2047, 4097})
    void shouldRefuseUnalignedFramesThatTheKernelWouldNotTake(int frameSize) {
        assertThrows(IllegalArgumentException.class, () -> Umem.mapUnaligned(arena, 1, frameSize));
        assertThrows(IllegalArgumentException.class, () -> Umem.mapUnaligned(arena, 0, 3000));
    }
}

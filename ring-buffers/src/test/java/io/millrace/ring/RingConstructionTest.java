package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RingConstructionTest {
    private static final RingOffsets OFFSETS = RingMemory.OFFSETS;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "-2147483648, 1", "3, 4", "2047, 2048", "2049, 4096", "2147483647, 1073741824"})
    void shouldRefuseASizeThatIsNotAPowerOfTwoAndNameOneThatIs(int size, int remedy) {
        final MemorySegment memory = arena.allocate(1 << 20, 4096);
        final var thrown = assertThrows(IllegalArgumentException.class, () -> new FillRing(memory, OFFSETS, size));
        assertEquals("ring size " + size + " is not a power of two; use " + remedy, thrown.getMessage());
    }

    @Test
    void shouldTakeARingOfOneEntry() {
        final RingMemory memory = RingMemory.ofAddresses(arena, 1);
        final FillRing ring = memory.fillRing();
        assertEquals(1, ring.reserve(2));
        ring.address(0, 42);
        ring.submit(1);
        assertEquals(0, ring.reserve(1));
        assertEquals(42, KernelRing.consumer(memory, Long.BYTES).address(0));
    }

    @Test
    void shouldRefuseMemoryThatIsTooShortForTheEntries() {
        final MemorySegment memory = arena.allocate(320 + 8 * 16, 4096);
        assertDoesNotThrow(() -> new RxRing(memory, OFFSETS, 8));
        assertDoesNotThrow(() -> new CompletionRing(memory, OFFSETS, 16));
        assertThrows(IllegalArgumentException.class, () -> new TxRing(memory, OFFSETS, 16));
        final MemorySegment shorter = memory.asSlice(0, memory.byteSize() - 1);
        final var thrown = assertThrows(IllegalArgumentException.class, () -> new RxRing(shorter, OFFSETS, 8));
        assertTrue(thrown.getMessage().endsWith("map 448 bytes"), thrown.getMessage());
    }

    @Test
    void shouldRefuseMemoryThatIsTooShortForTheWords() {
        final RingOffsets wordsLast = new RingOffsets(64, 128, 192, 0);
        assertThrows(IllegalArgumentException.class, () -> new FillRing(arena.allocate(195, 8), wordsLast, 1));
        assertDoesNotThrow(() -> new FillRing(arena.allocate(196, 8), wordsLast, 1));
    }

    @Test
    void shouldRefuseMemoryThatTheKernelCannotShare() {
        final MemorySegment memory = arena.allocate(4096, 4096);
        final MemorySegment onHeap = MemorySegment.ofArray(new long[512]);
        final MemorySegment readOnly = memory.asReadOnly();
        final MemorySegment unaligned = memory.asSlice(4);
        assertThrows(IllegalArgumentException.class, () -> new FillRing(onHeap, OFFSETS, 8));
        assertThrows(IllegalArgumentException.class, () -> new FillRing(readOnly, OFFSETS, 8));
        assertThrows(IllegalArgumentException.class, () -> new FillRing(unaligned, OFFSETS, 8));
    }

    @ParameterizedTest
    @CsvSource({"-4,0,0,0", "2,0,0,0", "0,-4,0,0", "0,1,0,0", "0,0,-4,0", "0,0,3,0", "0,0,0,-8", "0,0,0,4"})
    void shouldRefuseOffsetsThatLeadNowhere(long producer, long consumer, long flags, long descriptors) {
        assertThrows(IllegalArgumentException.class, () -> new RingOffsets(producer, consumer, flags, descriptors));
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProducerRingTest {
    private static final int SIZE = 8;

    private final Arena arena = Arena.ofConfined();
    private final RingMemory memory = RingMemory.ofAddresses(arena, SIZE);
    private final KernelRing kernel = KernelRing.consumer(memory, Long.BYTES);
    private final FillRing ring = memory.fillRing();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldReserveWhatIsWantedWhenThereIsRoom() {
        assertEquals(0, ring.reserve(0));
        assertEquals(5, ring.reserve(5));
        assertEquals(SIZE, ring.size());
    }

    @Test
    void shouldReserveWhatThereIsWhenMoreIsWanted() {
        submit(5, 0);
        assertEquals(3, ring.reserve(4));
        submit(3, 5);
        assertEquals(0, ring.reserve(1));
    }

    @Test
    void shouldReserveTheSameEntriesAgainWhenNothingWasSubmitted() {
        assertEquals(SIZE, ring.reserve(SIZE));
        assertEquals(SIZE, ring.reserve(SIZE));
        assertEquals(0, kernel.ready());
    }

    @Test
    void shouldShowNothingToTheKernelBeforeSubmit() {
        ring.reserve(2);
        ring.address(0, 4096);
        ring.address(1, 8192);
        assertEquals(0, kernel.ready());
        ring.submit(2);
        assertEquals(2, kernel.ready());
        assertEquals(4096, kernel.address(0));
        assertEquals(8192, kernel.address(1));
    }

    @Test
    void shouldForgetEntriesBeyondTheSubmittedOnes() {
        ring.reserve(3);
        ring.address(0, 1);
        ring.address(1, 2);
        ring.address(2, 3);
        ring.submit(1);
        assertEquals(1, kernel.ready());
        submit(1, 77);
        assertEquals(77, kernel.address(1));
    }

    @Test
    void shouldHaveRoomAgainWhenTheKernelHasTakenEntries() {
        submit(SIZE, 0);
        assertEquals(0, ring.reserve(SIZE));
        kernel.advance(3);
        assertEquals(3, ring.reserve(SIZE));
    }

    @Test
    void shouldAskTheKernelsCursorWhenTheRoomKnownIsTooSmall() {
        submit(6, 0);
        kernel.advance(6);
        assertEquals(SIZE, ring.reserve(SIZE));
    }

    @Test
    void shouldCountEntriesThatTheKernelHasNotTaken() {
        assertEquals(0, ring.pending());
        submit(5, 0);
        assertEquals(5, ring.pending());
        kernel.advance(2);
        assertEquals(3, ring.pending());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, SIZE - 2, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldRefuseToSubmitMoreThanThereIsRoomFor(int count) {
        submit(3, 0);
        assertThrows(IllegalArgumentException.class, () -> ring.submit(count));
        assertEquals(3, kernel.ready());
        assertEquals(5, ring.reserve(SIZE), "the ring is as it was");
    }

    @Test
    void shouldRefuseAnEntryOutsideTheReservedBatchWhenAssertionsAreOn() {
        submit(6, 0);
        ring.reserve(SIZE);
        assertThrows(AssertionError.class, () -> ring.address(2, 0));
        assertThrows(AssertionError.class, () -> ring.address(-1, 0));
    }

    @Test
    void shouldSayThatTheKernelWantsToBeWokenWhileItsFlagIsSet() {
        assertFalse(ring.needsWakeUp());
        kernel.needWakeUp(true);
        assertTrue(ring.needsWakeUp());
        assertTrue(ring.needsWakeUp(), "asking does not clear it");
        kernel.needWakeUp(false);
        assertFalse(ring.needsWakeUp());
    }

    @Test
    void shouldSeeTheFlagBeforeAndAfterASubmit() {
        kernel.needWakeUp(true);
        ring.reserve(1);
        ring.submit(1);
        assertTrue(ring.needsWakeUp());
        kernel.needWakeUp(false);
        assertFalse(ring.needsWakeUp(), "without another submit, too");
        ring.reserve(1);
        ring.submit(1);
        assertFalse(ring.needsWakeUp());
        kernel.needWakeUp(true);
        assertTrue(ring.needsWakeUp());
    }

    @Test
    void shouldNotWakeForOtherFlags() {
        KernelWords.storePlain(memory.segment(), RingMemory.OFFSETS.flags(), ~ProducerRing.NEED_WAKEUP);
        assertFalse(ring.needsWakeUp());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -3, -SIZE, Integer.MAX_VALUE, Integer.MAX_VALUE - 5, Integer.MIN_VALUE})
    void shouldGoOnWhenTheCursorsWrap(int start) {
        final RingMemory wrapping = RingMemory.ofAddresses(arena, SIZE).startAt(start);
        final KernelRing consumer = KernelRing.consumer(wrapping, Long.BYTES);
        final FillRing producer = wrapping.fillRing();
        long written = 0;
        long read = 0;
        for (int round = 0; round < 20; round++) {
            final int room = producer.reserve(SIZE);
            assertEquals(SIZE - (written - read), room);
            for (int i = 0; i < room; i++) {
                producer.address(i, written++);
            }
            producer.submit(room);
            assertEquals(0, producer.reserve(1));
            assertEquals(SIZE, producer.pending());
            final int taken = 1 + round % SIZE;
            for (int i = 0; i < taken; i++) {
                assertEquals(read++, consumer.address(i));
            }
            consumer.advance(taken);
        }
    }

    /** Batches that end before the memory does, at its end, and behind it; written on after a part was submitted. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shouldWriteABatchWhereverItLiesAndGoOnWithWhatIsLeftOfIt(int start) {
        final RingMemory shifted = RingMemory.ofAddresses(arena, SIZE).startAt(start);
        final KernelRing consumer = KernelRing.consumer(shifted, Long.BYTES);
        final FillRing producer = shifted.fillRing();
        for (int count = 1; count <= SIZE; count++) {
            assertEquals(count, producer.reserve(count));
            for (int i = 0; i < count; i++) {
                producer.address(i, 100L * count + i);
            }
            producer.submit(count / 2);
            for (int i = 0; i < count - count / 2; i++) {
                producer.address(i, 100L * count + count / 2 + i);
            }
            producer.submit(count - count / 2);
            for (int i = 0; i < count; i++) {
                assertEquals(100L * count + i, consumer.address(i));
            }
            consumer.advance(count);
        }
    }

    private void submit(int count, long firstAddress) {
        assertEquals(count, ring.reserve(count));
        for (int i = 0; i < count; i++) {
            ring.address(i, firstAddress + i);
        }
        ring.submit(count);
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsumerRingTest {
    private static final int SIZE = 8;

    private final Arena arena = Arena.ofConfined();
    private final RingMemory memory = RingMemory.ofAddresses(arena, SIZE);
    private final KernelRing kernel = KernelRing.producer(memory, Long.BYTES);
    private final CompletionRing ring = memory.completionRing();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldPeekNothingWhenTheRingIsEmpty() {
        assertEquals(0, ring.peek(SIZE));
        assertEquals(SIZE, ring.size());
    }

    @Test
    void shouldPeekWhatThereIsWhenMoreIsAskedFor() {
        produce(3, 10);
        assertEquals(3, ring.peek(SIZE));
        assertEquals(10, ring.address(0));
        assertEquals(12, ring.address(2));
    }

    @Test
    void shouldPeekNoMoreThanAskedFor() {
        produce(SIZE, 0);
        assertEquals(0, ring.peek(0));
        assertEquals(3, ring.peek(3));
        assertEquals(SIZE, ring.peek(SIZE));
    }

    @Test
    void shouldPeekTheSameEntriesAgainWhenNotReleased() {
        produce(2, 10);
        assertEquals(2, ring.peek(SIZE));
        assertEquals(2, ring.peek(SIZE));
        assertEquals(10, ring.address(0));
    }

    @Test
    void shouldGoOnBehindTheReleasedEntries() {
        produce(5, 10);
        ring.peek(SIZE);
        ring.release(2);
        assertEquals(3, ring.peek(SIZE));
        assertEquals(12, ring.address(0));
    }

    @Test
    void shouldFinishWhatItKnowsBeforeItLooksForMore() {
        produce(2, 0);
        assertEquals(2, ring.peek(SIZE));
        produce(2, 2);
        assertEquals(2, ring.peek(SIZE));
        ring.release(2);
        assertEquals(2, ring.peek(SIZE));
    }

    @Test
    void shouldGiveTheKernelRoomOnReleaseAndNotBefore() {
        produce(SIZE, 0);
        ring.peek(SIZE);
        assertEquals(0, kernel.room());
        ring.release(3);
        assertEquals(3, kernel.room());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldRefuseToReleaseMoreThanWasThere(int count) {
        produce(3, 0);
        ring.peek(SIZE);
        assertThrows(IllegalArgumentException.class, () -> ring.release(count));
        assertEquals(3, ring.peek(SIZE), "the ring is as it was");
        assertEquals(SIZE - 3, kernel.room());
    }

    @Test
    void shouldRefuseAnEntryThatIsNotThereWhenAssertionsAreOn() {
        produce(3, 0);
        ring.peek(SIZE);
        assertThrows(AssertionError.class, () -> ring.address(3));
        assertThrows(AssertionError.class, () -> ring.address(-1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -3, -SIZE, Integer.MAX_VALUE, Integer.MAX_VALUE - 5, Integer.MIN_VALUE})
    void shouldGoOnWhenTheCursorsWrap(int start) {
        final RingMemory wrapping = RingMemory.ofAddresses(arena, SIZE).startAt(start);
        final KernelRing producer = KernelRing.producer(wrapping, Long.BYTES);
        final CompletionRing consumer = wrapping.completionRing();
        long written = 0;
        long read = 0;
        for (int round = 0; round < 20; round++) {
            final int room = producer.room();
            assertEquals(SIZE - (written - read), room);
            for (int i = 0; i < room; i++) {
                producer.address(i, written++);
            }
            producer.advance(room);
            final int taken = consumer.peek(1 + round % SIZE);
            for (int i = 0; i < taken; i++) {
                assertEquals(read++, consumer.address(i));
            }
            consumer.release(taken);
        }
    }

    /** Batches that end before the memory does, at its end, and behind it; read on after a part was released. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shouldReadABatchWhereverItLiesAndWhatIsLeftOfIt(int start) {
        final RingMemory shifted = RingMemory.ofAddresses(arena, SIZE).startAt(start);
        final KernelRing producer = KernelRing.producer(shifted, Long.BYTES);
        final CompletionRing consumer = shifted.completionRing();
        for (int i = 0; i < SIZE; i++) {
            producer.address(i, 100 + i);
        }
        producer.advance(SIZE);
        for (int count = 1; count <= SIZE; count++) {
            assertEquals(count, consumer.peek(count));
            for (int i = 0; i < count; i++) {
                assertEquals(100 + i, consumer.address(i));
            }
        }
        assertEquals(6, consumer.peek(6));
        consumer.release(2);
        for (int i = 0; i < 4; i++) {
            assertEquals(102 + i, consumer.address(i));
        }
    }

    private void produce(int count, long firstAddress) {
        for (int i = 0; i < count; i++) {
            kernel.address(i, firstAddress + i);
        }
        kernel.advance(count);
    }
}

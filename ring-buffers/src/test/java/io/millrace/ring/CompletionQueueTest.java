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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionQueueTest {
    private static final int SIZE = 8;

    private final Arena arena = Arena.ofConfined();
    private final UringMemory memory = new UringMemory(arena, 2, SIZE);
    private final UringKernelSide kernel = new UringKernelSide(memory);
    private final SubmissionQueue submissions = kernel.submissionQueue();
    private final CompletionQueue queue = kernel.completionQueue();
    private long posted;

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 64", "3, 64", "16, 64", "8, 65", "8, 192", "1, 192", "-8, 64", "-2147483648, 64", "8, -1", "1, -16"
    })
    void shouldRefuseASizeThatIsNoPowerOfTwoOrEntriesBeyondTheRing(int size, long entriesOffset) {
        final var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> new CompletionQueue(memory.ring(), 8, 12, 44, entriesOffset, size));
        assertEquals(
                "a completion queue of " + size + " entries at " + entriesOffset
                        + " does not fit 192 bytes; use a power of two, and 16 bytes for each",
                thrown.getMessage());
    }

    @Test
    void shouldPeekNothingBeforeTheKernelHasPosted() {
        assertEquals(SIZE, queue.size());
        assertEquals(0, queue.peek(SIZE));
        assertEquals(0, queue.peek(0));
    }

    @Test
    void shouldPeekWhatThereIsAndNoMoreThanWanted() {
        post(5);
        assertEquals(0, queue.peek(0));
        assertEquals(3, queue.peek(3));
        assertEquals(5, queue.peek(5));
        assertEquals(5, queue.peek(SIZE));
        assertEquals(5, queue.peek(Integer.MAX_VALUE));
        post(2);
        assertEquals(5, queue.peek(5));
        assertEquals(7, queue.peek(SIZE));
    }

    @Test
    void shouldReadAllOfAnEntry() {
        kernel.complete(0xf1f2f3f4f5f6f7f8L, -105, 0xffff_000b);
        kernel.complete(1, Integer.MAX_VALUE, 0);
        assertEquals(2, queue.peek(2));
        assertEquals(0xf1f2f3f4f5f6f7f8L, queue.userData(0));
        assertEquals(-105, queue.result(0));
        assertEquals(0xffff_000b, queue.flags(0));
        assertEquals(0xffff, CompletionQueue.bufferId(queue.flags(0)));
        assertEquals(1, queue.userData(1));
        assertEquals(Integer.MAX_VALUE, queue.result(1));
        assertEquals(0, queue.flags(1));
    }

    @Test
    void shouldNameTheSameEntriesUntilTheyAreReleased() {
        post(3);
        assertEquals(3, queue.peek(SIZE));
        assertEquals(3, queue.peek(SIZE));
        assertEquals(0, queue.userData(0));
        queue.release(2);
        assertEquals(1, queue.peek(SIZE));
        assertEquals(2, queue.userData(0));
        queue.release(0);
        assertEquals(2, queue.userData(0));
        queue.release(1);
        assertEquals(0, queue.peek(SIZE));
    }

    @Test
    void shouldGiveTheKernelRoomOnlyByRelease() {
        post(SIZE);
        assertEquals(SIZE, queue.peek(SIZE));
        assertFalse(kernel.complete(posted, 0, 0));
        assertEquals(0, queue.userData(0), "an entry that is not released must not be written again");
        queue.release(1);
        kernel.flush();
        assertEquals(SIZE, queue.peek(SIZE));
        for (int i = 0; i < SIZE; i++) {
            assertEquals(i + 1, queue.userData(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, SIZE + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void shouldRefuseToReleaseMoreThanWasThereAndStayAsItWas(int count) {
        post(3);
        assertEquals(3, queue.peek(SIZE));
        final var thrown = assertThrows(IllegalArgumentException.class, () -> queue.release(count));
        assertEquals("released " + count + " completions, and 3 were peeked; release no more", thrown.getMessage());
        assertEquals(3, queue.peek(SIZE));
        assertEquals(0, queue.userData(0));
        assertEquals(0, KernelWords.loadPlain(memory.ring(), UringMemory.COMPLETION_HEAD));
    }

    @Test
    void shouldRefuseToReleaseWhatNoPeekHasSeen() {
        post(3);
        assertThrows(IllegalArgumentException.class, () -> queue.release(1));
        assertEquals(3, queue.peek(SIZE));
    }

    @Test
    void shouldWriteNoWordButItsHead() {
        post(2);
        queue.peek(2);
        final MemorySegment expected =
                arena.allocate(memory.ring().byteSize(), 8).copyFrom(memory.ring());
        queue.release(2);
        KernelWords.storePlain(expected, UringMemory.COMPLETION_HEAD, 2);
        assertEquals(-1, expected.mismatch(memory.ring()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -3, -SIZE, Integer.MAX_VALUE, Integer.MAX_VALUE - 3, Integer.MIN_VALUE})
    void shouldCarryOnAcrossTheWrapOfItsCursors(int start) {
        final UringKernelSide side = new UringKernelSide(new UringMemory(arena, 2, SIZE).startAt(start));
        final CompletionQueue across = side.completionQueue();
        assertEquals(0, across.peek(SIZE));
        long given = 0;
        long seen = 0;
        for (int round = 0; round < 100 || seen < given; round++) {
            while (round < 100 && side.waiting() == 0) {
                side.complete(given++, round, 0);
            }
            final int count = across.peek(round % SIZE + 1);
            for (int i = 0; i < count; i++) {
                assertEquals(seen++, across.userData(i));
            }
            across.release(count);
            side.flush();
        }
        assertEquals(0, across.peek(SIZE));
        assertTrue(given > 4 * 100, "completions");
    }

    @Test
    void shouldGoOnWhereAnotherHasLeftOff() {
        post(5);
        queue.peek(5);
        queue.release(2);
        final CompletionQueue second = kernel.completionQueue();
        assertEquals(3, second.peek(SIZE));
        assertEquals(2, second.userData(0));
    }

    @Test
    void shouldWorkWithASingleEntry() {
        final UringKernelSide side = UringKernelSide.of(arena, 1, 1);
        final CompletionQueue single = side.completionQueue();
        for (int i = 0; i < 5; i++) {
            assertTrue(side.complete(i, 0, 0));
            assertEquals(1, single.peek(2));
            assertEquals(i, single.userData(0));
            single.release(1);
        }
    }

    @Test
    void shouldGetCompletionsInOrderThatWaitedForRoomAndCountNoneAsLost() {
        post(SIZE);
        assertEquals(0, submissions.flags());
        assertFalse(kernel.complete(posted++, 0, 0));
        assertFalse(kernel.complete(posted++, 0, 0));
        assertEquals(SubmissionQueue.CQ_OVERFLOW, submissions.flags());
        queue.peek(SIZE);
        queue.release(SIZE);
        assertFalse(kernel.complete(posted++, 0, 0), "it waits behind those that wait");
        kernel.flush();
        assertEquals(0, submissions.flags());
        assertEquals(3, queue.peek(SIZE));
        for (int i = 0; i < 3; i++) {
            assertEquals(SIZE + i, queue.userData(i));
        }
        assertEquals(0, queue.lost());
    }

    @Test
    void shouldCountCompletionsLost() {
        assertEquals(0, queue.lost());
        kernel.lose();
        kernel.lose();
        assertEquals(2, queue.lost());
        assertEquals(0, queue.peek(1));
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(kernel.complete(posted++, 0, 0));
        }
    }
}

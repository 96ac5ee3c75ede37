package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bindings.uring.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmissionQueueTest {
    private static final int SIZE = 8;
    private static final int OPCODE = 17;

    private final Arena arena = Arena.ofConfined();
    private final UringMemory memory = new UringMemory(arena, SIZE, SIZE);
    private final UringKernelSide kernel = new UringKernelSide(memory);
    private final SubmissionQueue queue = kernel.submissionQueue();
    private final List<Long> taken = new ArrayList<>();
    private long claimed;

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 192", "8, 511", "8, 513", "8, 448", "8, 0", "-8, 512", "-2147483648, 0"})
    void shouldRefuseASizeThatIsNoPowerOfTwoOrEntriesThatAreNotAsMany(int size, long bytes) {
        final MemorySegment entries = arena.allocate(bytes, 8);
        final var thrown = assertThrows(
                IllegalArgumentException.class, () -> new SubmissionQueue(memory.ring(), entries, 0, 4, 36, size));
        assertEquals(
                "a submission queue of " + size + " entries does not fit " + bytes
                        + " bytes; use a power of two, and 64 bytes for each",
                thrown.getMessage());
    }

    @Test
    void shouldClaimEntriesOneBehindTheOtherUntilTheQueueIsFull() {
        assertEquals(SIZE, queue.size());
        assertSame(memory.entries(), queue.entries());
        for (int i = 0; i < SIZE; i++) {
            assertEquals(SIZE - i, queue.room());
            final long at = queue.claim();
            assertEquals((long) i * SubmissionEntry.LENGTH, at);
            assertEquals(i, queue.slot(at));
        }
        assertEquals(0, queue.room());
        assertEquals(SubmissionQueue.FULL, queue.claim());
        assertEquals(SubmissionQueue.FULL, queue.claim());
        assertEquals(SIZE, queue.publish());
        assertEquals(SIZE, kernel.submitted(), "a claim that failed must not move the cursor");
    }

    @Test
    void shouldStayFullUntilTheKernelHasTakenEntries() {
        claim(SIZE);
        queue.publish();
        assertEquals(SubmissionQueue.FULL, queue.claim());
        take(3);
        assertEquals(3, queue.room());
        assertEquals(0, queue.claim());
        assertEquals(SubmissionEntry.LENGTH, queue.claim());
        assertEquals(2 * SubmissionEntry.LENGTH, queue.claim());
        assertEquals(SubmissionQueue.FULL, queue.claim());
    }

    @Test
    void shouldKnowAllTheRoomThereIsBeforeItIsFull() {
        claim(SIZE - 1);
        queue.publish();
        assertEquals(1, queue.room());
        take(SIZE);
        assertEquals(SIZE, queue.room());
    }

    @Test
    void shouldKnowWhatTheKernelHasTakenSincePublish() {
        claim(3);
        assertEquals(3, queue.publish());
        assertEquals(3, queue.pending());
        take(2);
        assertEquals(1, queue.pending());
        take(1);
        assertEquals(0, queue.pending());
        claim(2);
        assertEquals(2, queue.pending());
    }

    @Test
    void shouldShowNothingToTheKernelBeforePublish() {
        claim(3);
        assertEquals(0, kernel.submitted());
        assertEquals(3, queue.pending());
        assertEquals(3, queue.publish());
        assertEquals(3, kernel.submitted());
        claim(2);
        assertEquals(3, kernel.submitted());
        take(SIZE);
        assertEquals(LongStream.range(0, 3).boxed().toList(), taken);
        assertEquals(2, queue.publish());
        take(SIZE);
        assertEquals(LongStream.range(0, 5).boxed().toList(), taken);
    }

    @Test
    void shouldPublishNothingTwice() {
        claim(3);
        assertEquals(3, queue.publish());
        assertEquals(3, queue.publish());
        assertEquals(3, kernel.submitted());
        take(2);
        assertEquals(1, queue.publish());
        assertEquals(1, kernel.submitted());
    }

    @Test
    void shouldClearAllOfTheEntryClaimedAndNoOther() {
        final MemorySegment expected =
                arena.allocate(memory.entries().byteSize(), 8).fill((byte) -1);
        for (int i = 0; i < 2 * SIZE; i++) {
            memory.entries().fill((byte) -1);
            final long at = queue.claim();
            expected.fill((byte) -1).asSlice(at, SubmissionEntry.LENGTH).fill((byte) 0);
            assertEquals(-1, expected.mismatch(memory.entries()));
            queue.publish();
            kernel.take(1, (entries, entry) -> assertEquals(at, entry));
        }
    }

    @Test
    void shouldNotClearAnEntryWhenItIsFull() {
        claim(SIZE);
        memory.entries().fill((byte) -1);
        assertEquals(SubmissionQueue.FULL, queue.claim());
        final MemorySegment untouched =
                arena.allocate(memory.entries().byteSize(), 8).fill((byte) -1);
        assertEquals(-1, untouched.mismatch(memory.entries()));
    }

    @Test
    void shouldWriteNoWordButItsTail() {
        memory.ring().fill((byte) 0x5a);
        memory.startAt(41);
        final SubmissionQueue other = memory.submissionQueue();
        final MemorySegment expected =
                arena.allocate(memory.ring().byteSize(), 8).copyFrom(memory.ring());
        other.claim();
        assertEquals(-1, expected.mismatch(memory.ring()));
        other.publish();
        KernelWords.storePlain(expected, UringMemory.SUBMISSION_TAIL, 42);
        assertEquals(-1, expected.mismatch(memory.ring()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -3, -SIZE, Integer.MAX_VALUE, Integer.MAX_VALUE - 3, Integer.MIN_VALUE})
    void shouldCarryOnAcrossTheWrapOfItsCursors(int start) {
        final UringMemory wrapping = new UringMemory(arena, SIZE, SIZE).startAt(start);
        final UringKernelSide side = new UringKernelSide(wrapping);
        final SubmissionQueue across = side.submissionQueue();
        long given = 0;
        for (int round = 0; round < 100; round++) {
            assertEquals(SIZE, across.room());
            assertEquals(0, across.pending());
            for (int i = 0; i < SIZE; i++) {
                write(across, across.claim(), given++);
            }
            assertEquals(SubmissionQueue.FULL, across.claim());
            assertEquals(SIZE, across.publish());
            side.take(round % SIZE, this::record);
            assertEquals(SIZE - round % SIZE, across.publish());
            side.take(SIZE, this::record);
            across.publish();
        }
        assertEquals(LongStream.range(0, given).boxed().toList(), taken);
    }

    @Test
    void shouldGoOnWhereAnotherHasLeftOff() {
        claim(5);
        queue.publish();
        take(2);
        final SubmissionQueue second = kernel.submissionQueue();
        assertEquals(3, second.pending());
        assertEquals(SIZE - 3, second.room());
        assertEquals(5 * SubmissionEntry.LENGTH, second.claim());
    }

    @Test
    void shouldWorkWithASingleEntry() {
        final UringKernelSide side = UringKernelSide.of(arena, 1, 1);
        final SubmissionQueue single = side.submissionQueue();
        for (long i = 0; i < 5; i++) {
            assertEquals(0, single.claim());
            assertEquals(SubmissionQueue.FULL, single.claim());
            write(single, 0, i);
            assertEquals(1, single.publish());
            assertEquals(SubmissionQueue.FULL, single.claim());
            side.take(1, this::record);
        }
        assertEquals(LongStream.range(0, 5).boxed().toList(), taken);
    }

    @ParameterizedTest
    @ValueSource(ints = {SubmissionQueue.NEED_WAKEUP, SubmissionQueue.CQ_OVERFLOW, SubmissionQueue.TASKRUN})
    void shouldSeeEachFlagAsTheKernelSetsAndClearsIt(int flag) {
        final int others = 7 & ~flag;
        queue.beforeFlags();
        assertEquals(0, queue.flags());
        kernel.flag(flag, true);
        assertEquals(flag, queue.flags());
        kernel.flag(others, true);
        kernel.flag(flag, false);
        assertEquals(others, queue.flags());
    }

    private void claim(int count) {
        for (int i = 0; i < count; i++) {
            write(queue, queue.claim(), claimed++);
        }
    }

    private void take(int count) {
        kernel.take(count, this::record);
    }

    private static void write(SubmissionQueue queue, long at, long userData) {
        SubmissionEntry.write(queue.entries(), at, OPCODE, 1, 2, 3, userData);
    }

    private void record(MemorySegment entries, long at) {
        final MemorySegment entry = entries.asSlice(at, SubmissionEntry.LENGTH);
        assertEquals(OPCODE, io_uring_sqe.opcode(entry));
        taken.add(io_uring_sqe.user_data(entry));
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.uring.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fixture itself: what it does must be what the kernel does, as {@link RealUringTest} has it. */
final class UringKernelSideTest {
    private static final int SIZE = 4;
    private static final MemorySegment PACKET = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5});

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, 8, 2048, HugePages.OFF);
    private final UringKernelSide kernel = UringKernelSide.of(arena, SIZE, SIZE);
    private final SubmissionQueue submissions = kernel.submissionQueue();
    private final CompletionQueue completions = kernel.completionQueue();
    private final KernelBuffers buffers = KernelBuffers.of(arena, umem, SIZE);
    private final BufferRing ring = buffers.bufferRing();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldTakeSubmissionsInOrderAndNoMoreThanAsked() {
        for (int i = 0; i < 3; i++) {
            SubmissionEntry.write(submissions.entries(), submissions.claim(), 1, 2, 3, 4, 10 + i);
        }
        submissions.publish();
        final StringBuilder taken = new StringBuilder();
        final UringKernelSide.Operation operation =
                (entries, at) -> taken.append(io_uring_sqe.user_data(entries.asSlice(at, SubmissionEntry.LENGTH)))
                        .append(' ');
        assertEquals(0, kernel.take(0, operation));
        assertEquals(2, kernel.take(2, operation));
        assertEquals(1, kernel.submitted());
        assertEquals(1, submissions.publish());
        assertEquals(1, kernel.take(2, operation));
        assertEquals(0, kernel.take(2, operation));
        assertEquals("10 11 12 ", taken.toString());
    }

    @Test
    void shouldKeepCompletionsBackForWhichThereIsNoRoom() {
        for (int i = 0; i < SIZE; i++) {
            assertTrue(kernel.complete(i, 0, 0));
        }
        assertFalse(kernel.complete(SIZE, 0, 0));
        kernel.flush();
        assertEquals(1, kernel.waiting());
        assertEquals(SubmissionQueue.CQ_OVERFLOW, submissions.flags());
        completions.peek(SIZE);
        completions.release(1);
        kernel.flush();
        assertEquals(0, kernel.waiting());
        assertEquals(0, submissions.flags());
    }

    @Test
    void shouldReceiveIntoTheBufferAddedFirstAndCutOffWhatDoesNotFit() {
        ring.add(3 * 2048);
        ring.add(2048);
        ring.publish();
        assertTrue(kernel.receive(buffers, PACKET, 7));
        assertTrue(kernel.receive(buffers, arena.allocate(5000).fill((byte) 9), 7));
        assertEquals(0, buffers.available());
        assertEquals(2, completions.peek(SIZE));
        assertEquals(7, completions.userData(0));
        assertEquals(PACKET.byteSize(), completions.result(0));
        assertEquals(CompletionQueue.BUFFER | CompletionQueue.MORE, completions.flags(0));
        assertEquals(-1, PACKET.mismatch(umem.memory().asSlice(3 * 2048, PACKET.byteSize())));
        assertEquals(2048, completions.result(1));
        assertEquals(1, CompletionQueue.bufferId(completions.flags(1)));
        assertEquals(9, umem.memory().get(ValueLayout.JAVA_BYTE, 2 * 2048 - 1));
        assertEquals(0, umem.memory().get(ValueLayout.JAVA_BYTE, 2 * 2048));
    }

    @Test
    void shouldEndTheReceiveWhenThereIsNoBuffer() {
        assertFalse(kernel.receive(buffers, PACKET, 7));
        assertEquals(1, completions.peek(SIZE));
        assertEquals(-libc_h.ENOBUFS(), completions.result(0));
        assertEquals(0, completions.flags(0));
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bindings.uring.io_cqring_offsets;
import io.millrace.bindings.uring.io_sqring_offsets;
import io.millrace.bindings.uring.io_uring_buf;
import io.millrace.bindings.uring.io_uring_cqe;
import io.millrace.bindings.uring.io_uring_params;
import io.millrace.bindings.uring.io_uring_sqe;
import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The constants of the queues, and the layout of the fixture, against the kernel's headers and the kernel itself. */
final class UringLayoutTest {
    @Test
    void shouldHaveEntriesAsLongAsTheKernels() {
        assertEquals(io_uring_sqe.sizeof(), SubmissionEntry.LENGTH);
        assertEquals(io_uring_cqe.sizeof(), CompletionQueue.ENTRY_LENGTH);
        assertEquals(io_uring_buf.sizeof(), BufferRing.ENTRY_LENGTH);
    }

    @Test
    void shouldNameFlagsOfTheSubmissionQueueAsTheKernelDoes() {
        assertEquals(uring_h.IORING_SQ_NEED_WAKEUP(), SubmissionQueue.NEED_WAKEUP);
        assertEquals(uring_h.IORING_SQ_CQ_OVERFLOW(), SubmissionQueue.CQ_OVERFLOW);
        assertEquals(uring_h.IORING_SQ_TASKRUN(), SubmissionQueue.TASKRUN);
    }

    @Test
    void shouldNameFlagsOfCompletionsAsTheKernelDoes() {
        assertEquals(uring_h.IORING_CQE_F_BUFFER(), CompletionQueue.BUFFER);
        assertEquals(uring_h.IORING_CQE_F_MORE(), CompletionQueue.MORE);
        assertEquals(uring_h.IORING_CQE_F_NOTIF(), CompletionQueue.NOTIFICATION);
        assertEquals(uring_h.IORING_NOTIF_USAGE_ZC_COPIED(), CompletionQueue.ZERO_COPY_COPIED);
        assertEquals(0xabcd, CompletionQueue.bufferId(0xabcd << uring_h.IORING_CQE_BUFFER_SHIFT() | 0xffff));
    }

    @Test
    void shouldLayOutTheFixturesQueuesAsTheKernelDoes() {
        try (RealUring real = RealUring.open(8, 0)) {
            final MemorySegment submissions = io_uring_params.sq_off(real.params());
            assertEquals(io_sqring_offsets.head(submissions), UringMemory.SUBMISSION_HEAD);
            assertEquals(io_sqring_offsets.tail(submissions), UringMemory.SUBMISSION_TAIL);
            assertEquals(io_sqring_offsets.flags(submissions), UringMemory.SUBMISSION_FLAGS);
            final MemorySegment completions = io_uring_params.cq_off(real.params());
            assertEquals(io_cqring_offsets.head(completions), UringMemory.COMPLETION_HEAD);
            assertEquals(io_cqring_offsets.tail(completions), UringMemory.COMPLETION_TAIL);
            assertEquals(io_cqring_offsets.overflow(completions), UringMemory.OVERFLOW);
            assertEquals(io_cqring_offsets.cqes(completions), UringMemory.COMPLETIONS);
        }
    }
}

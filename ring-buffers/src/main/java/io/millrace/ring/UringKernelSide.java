package io.millrace.ring;

import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.uring.io_uring_cqe;
import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A simulated kernel: its half of io_uring's queues, over plain memory. It takes submissions in order and posts
 * completions in any order, but only when the caller, a warm-up or a test, tells it to; the caller also decides what an
 * operation does. With {@link KernelBuffers} it receives into provided buffers.
 *
 * <p>It shares the memory with our half and nothing else, and has its own way from cursor to entry, so that a mistake
 * on our side does not cancel out. Called by one thread, which need not be the one of our half. It allocates only when
 * the completion queue is full.
 */
public final class UringKernelSide {
    /** Sees each submission that the kernel takes. */
    @FunctionalInterface
    public interface Operation {
        /**
         * @param entries all entries of the submission queue
         * @param at      the offset of the taken entry, which may be written again once {@link #take} has returned
         */
        void submitted(MemorySegment entries, long at);
    }

    private record Waiting(long userData, int result, int flags) {}

    private static final int BUFFER = uring_h.IORING_CQE_F_BUFFER();
    private static final int MORE = uring_h.IORING_CQE_F_MORE();
    private static final int BUFFER_SHIFT = 16;
    private static final int NO_BUFFER = -libc_h.ENOBUFS();

    private final UringMemory memory;
    private final MemorySegment ring;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int submissionHead;
    private int completionTail;

    public UringKernelSide(UringMemory memory) {
        this.memory = memory;
        this.ring = memory.ring();
        this.submissionHead = word(UringMemory.SUBMISSION_HEAD);
        this.completionTail = word(UringMemory.COMPLETION_TAIL);
    }

    /** @see UringMemory#UringMemory */
    public static UringKernelSide of(Arena arena, int submissions, int completions) {
        return new UringKernelSide(new UringMemory(arena, submissions, completions));
    }

    /** Makes our half of the submission queue; to be called once. */
    public SubmissionQueue submissionQueue() {
        return memory.submissionQueue();
    }

    /** Makes our half of the completion queue; to be called once. */
    public CompletionQueue completionQueue() {
        return memory.completionQueue();
    }

    /** The number of submissions that are published and not taken. */
    public int submitted() {
        return KernelWords.loadAcquire(ring, UringMemory.SUBMISSION_TAIL) - submissionHead;
    }

    /**
     * Takes submissions, in order.
     *
     * @return how many there were, at most {@code max}
     */
    public int take(int max, Operation operation) {
        final int count = Math.min(max, submitted());
        for (int i = 0; i < count; i++) {
            final int slot = Integer.remainderUnsigned(submissionHead + i, memory.submissions());
            operation.submitted(memory.entries(), (long) slot * SubmissionEntry.LENGTH);
        }
        submissionHead += count;
        KernelWords.storeRelease(ring, UringMemory.SUBMISSION_HEAD, submissionHead);
        return count;
    }

    /**
     * Posts a completion. If the queue has no room, or other completions already wait, it waits in the kernel until
     * {@link #flush}, and the flags of the submission queue say so.
     *
     * @return whether it was posted
     */
    public boolean complete(long userData, int result, int flags) {
        if (waiting.isEmpty() && post(userData, result, flags)) {
            return true;
        }
        waiting.add(new Waiting(userData, result, flags));
        flag(SubmissionQueue.CQ_OVERFLOW, true);
        return false;
    }

    /** Posts completions that waited, as far as there is room: what {@code IORING_ENTER_GETEVENTS} does first. */
    public void flush() {
        while (!waiting.isEmpty()) {
            final Waiting next = waiting.peek();
            if (!post(next.userData, next.result, next.flags)) {
                return;
            }
            waiting.remove();
        }
        flag(SubmissionQueue.CQ_OVERFLOW, false);
    }

    /** The number of completions that wait for room. */
    public int waiting() {
        return waiting.size();
    }

    /** Loses a completion, as the kernel does when it has no memory to let it wait. */
    public void lose() {
        KernelWords.storePlain(ring, UringMemory.OVERFLOW, word(UringMemory.OVERFLOW) + 1);
    }

    /**
     * Receives for a multishot operation: the bytes are copied into the next provided buffer, cut off at its end.
     *
     * @return whether there was a buffer; without one the operation completes for the last time
     */
    public boolean receive(KernelBuffers buffers, MemorySegment bytes, long userData) {
        if (buffers.available() == 0) {
            complete(userData, NO_BUFFER, 0);
            return false;
        }
        final int length = Math.toIntExact(Math.min(bytes.byteSize(), buffers.length()));
        MemorySegment.copy(bytes, 0, buffers.memory(), buffers.address(), length);
        complete(userData, length, BUFFER | MORE | buffers.select() << BUFFER_SHIFT);
        return true;
    }

    /** Sets or clears flags of the submission queue, such as {@link SubmissionQueue#NEED_WAKEUP}. */
    public void flag(int flags, boolean set) {
        final int before = word(UringMemory.SUBMISSION_FLAGS);
        KernelWords.storePlain(ring, UringMemory.SUBMISSION_FLAGS, set ? before | flags : before & ~flags);
        KernelWords.fullFence();
    }

    private boolean post(long userData, int result, int flags) {
        if (completionTail - KernelWords.loadAcquire(ring, UringMemory.COMPLETION_HEAD) == memory.completions()) {
            return false;
        }
        final long entry = UringMemory.COMPLETIONS
                + Integer.remainderUnsigned(completionTail, memory.completions()) * io_uring_cqe.sizeof();
        ring.set(ValueLayout.JAVA_LONG, entry, userData);
        ring.set(ValueLayout.JAVA_INT, entry + 8, result);
        ring.set(ValueLayout.JAVA_INT, entry + 12, flags);
        KernelWords.storeRelease(ring, UringMemory.COMPLETION_TAIL, ++completionTail);
        return true;
    }

    private int word(long offset) {
        return KernelWords.loadPlain(ring, offset);
    }
}

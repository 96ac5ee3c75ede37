package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Plain memory laid out as the kernel lays out io_uring's queues on x86-64 ({@code struct io_rings} of
 * {@code linux/io_uring_types.h}, without an array of indices), for {@link SubmissionQueue} and {@link CompletionQueue}
 * at one end and {@link UringKernelSide} at the other.
 */
public final class UringMemory {
    static final long SUBMISSION_HEAD = 0;
    static final long SUBMISSION_TAIL = 4;
    static final long COMPLETION_HEAD = 8;
    static final long COMPLETION_TAIL = 12;
    static final long SUBMISSION_FLAGS = 36;
    static final long OVERFLOW = 44;
    static final long COMPLETIONS = 64;

    private static final long PAGE = 4096;

    private final MemorySegment ring;
    private final MemorySegment entries;
    private final int submissions;
    private final int completions;

    /**
     * @param submissions the number of entries of the submission queue, a power of two
     * @param completions the number of entries of the completion queue, a power of two
     */
    public UringMemory(Arena arena, int submissions, int completions) {
        this.ring = arena.allocate(COMPLETIONS + (long) completions * CompletionQueue.ENTRY_LENGTH, PAGE);
        this.entries = arena.allocate((long) submissions * SubmissionEntry.LENGTH, PAGE);
        this.submissions = submissions;
        this.completions = completions;
    }

    /**
     * Lets all four cursors start at another number than 0, close to the wrap for example. To be called before either
     * end is made.
     */
    public UringMemory startAt(int cursor) {
        KernelWords.storePlain(ring, SUBMISSION_HEAD, cursor);
        KernelWords.storePlain(ring, SUBMISSION_TAIL, cursor);
        KernelWords.storePlain(ring, COMPLETION_HEAD, cursor);
        KernelWords.storePlain(ring, COMPLETION_TAIL, cursor);
        return this;
    }

    /** The memory of the words of both queues, followed by the completions. */
    public MemorySegment ring() {
        return ring;
    }

    /** The memory of the submissions. */
    public MemorySegment entries() {
        return entries;
    }

    int submissions() {
        return submissions;
    }

    int completions() {
        return completions;
    }

    public SubmissionQueue submissionQueue() {
        return new SubmissionQueue(ring, entries, SUBMISSION_HEAD, SUBMISSION_TAIL, SUBMISSION_FLAGS, submissions);
    }

    public CompletionQueue completionQueue() {
        return new CompletionQueue(ring, COMPLETION_HEAD, COMPLETION_TAIL, OVERFLOW, COMPLETIONS, completions);
    }
}

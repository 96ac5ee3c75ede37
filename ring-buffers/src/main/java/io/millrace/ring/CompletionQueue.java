package io.millrace.ring;

import io.millrace.bindings.uring.io_uring_cqe;
import java.lang.foreign.MemorySegment;

/**
 * This process's half of io_uring's completion queue: peek, read the entries, release. Called by one thread.
 *
 * <pre>
 *   0                               8               12              16
 *   +-------------------------------+---------------+---------------+
 *   |           user data           |    result     |     flags     |
 *   +-------------------------------+---------------+---------------+
 * </pre>
 */
public final class CompletionQueue {
    /** Bytes of an entry, {@code struct io_uring_cqe}. */
    public static final int ENTRY_LENGTH = 16;

    /** {@code IORING_CQE_F_BUFFER}: the flags' upper half is the id of a provided buffer. */
    public static final int BUFFER = 1;
    /** {@code IORING_CQE_F_MORE}: the operation continues; for a zero-copy send, its notification will come. */
    public static final int MORE = 1 << 1;
    /** {@code IORING_CQE_F_NOTIF}: the kernel no longer needs the memory of a zero-copy send. */
    public static final int NOTIFICATION = 1 << 3;
    /** {@code IORING_NOTIF_USAGE_ZC_COPIED}, in the result of a notification: the bytes were copied. */
    public static final int ZERO_COPY_COPIED = 1 << 31;

    private static final int BUFFER_SHIFT = 16;
    private static final long USER_DATA = io_uring_cqe.user_data$offset();
    private static final long RESULT = io_uring_cqe.res$offset();
    private static final long FLAGS = io_uring_cqe.flags$offset();

    private final MemorySegment ring;
    private final long headOffset;
    private final long tailOffset;
    private final long overflowOffset;
    private final long entriesOffset;
    private final int mask;
    private final int size;

    private int head;
    private int tail;

    /**
     * @param ring           holds the words and the entries
     * @param headOffset     where in it this process's cursor is
     * @param tailOffset     where in it the kernel's cursor is
     * @param overflowOffset where in it the count of lost completions is
     * @param entriesOffset  where in it the first entry is
     * @param size           how many entries there are, a power of two
     * @throws IllegalArgumentException when the size is not a power of two or the entries are not all in the ring
     */
    public CompletionQueue(
            MemorySegment ring, long headOffset, long tailOffset, long overflowOffset, long entriesOffset, int size) {
        if (size <= 0
                || Integer.bitCount(size) != 1
                || entriesOffset < 0
                || entriesOffset + (long) size * ENTRY_LENGTH > ring.byteSize()) {
            throw new IllegalArgumentException("a completion queue of " + size + " entries at " + entriesOffset
                    + " does not fit " + ring.byteSize() + " bytes; use a power of two, and " + ENTRY_LENGTH
                    + " bytes for each");
        }
        this.ring = ring;
        this.headOffset = headOffset;
        this.tailOffset = tailOffset;
        this.overflowOffset = overflowOffset;
        this.entriesOffset = entriesOffset;
        this.size = size;
        this.mask = size - 1;
        this.head = KernelWords.loadPlain(ring, headOffset);
        this.tail = head;
    }

    /** The number of entries. */
    public int size() {
        return size;
    }

    /** The number of completions to read, at most {@code wanted}. */
    public int peek(int wanted) {
        int there = tail - head;
        if (there < wanted) {
            tail = KernelWords.loadAcquire(ring, tailOffset);
            there = tail - head;
        }
        return Math.min(there, wanted);
    }

    /** The user data of the submission that the entry completes. */
    public long userData(int i) {
        return KernelWords.loadLongPlain(ring, entry(i) + USER_DATA);
    }

    /** The result: a count, or a negated errno. */
    public int result(int i) {
        return KernelWords.loadPlain(ring, entry(i) + RESULT);
    }

    /** The flags: {@link #BUFFER}, {@link #MORE} and {@link #NOTIFICATION}. */
    public int flags(int i) {
        return KernelWords.loadPlain(ring, entry(i) + FLAGS);
    }

    /** The provided buffer that flags with {@link #BUFFER} name. */
    public static int bufferId(int flags) {
        return flags >>> BUFFER_SHIFT;
    }

    private long entry(int i) {
        return entriesOffset + (long) (head + i & mask) * ENTRY_LENGTH;
    }

    /** Gives the first {@code count} entries back to the kernel. */
    public void release(int count) {
        if (count < 0 || count > tail - head) {
            throw new IllegalArgumentException(
                    "released " + count + " completions, and " + (tail - head) + " were peeked; release no more");
        }
        head += count;
        KernelWords.storeRelease(ring, headOffset, head);
    }

    /**
     * The number of completions that the kernel has lost because it had no memory; those that waited for room are not
     * included.
     */
    public int lost() {
        return KernelWords.loadOpaque(ring, overflowOffset);
    }
}

package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * This process's half of io_uring's submission queue: claim an entry, write it with {@link SubmissionEntry}, publish.
 * The array of indices between queue and entries maps each index to itself.
 *
 * <p>Called by one thread. Cursors are free-running 32-bit counters, as in {@link ProducerRing}.
 */
public final class SubmissionQueue {
    /** The result of {@link #claim} if the queue is full. */
    public static final long FULL = -1;

    /** The kernel thread of {@code IORING_SETUP_SQPOLL} sleeps. */
    public static final int NEED_WAKEUP = 1;
    /** Completions wait in the kernel for room in the completion queue. */
    public static final int CQ_OVERFLOW = 1 << 1;
    /** Work waits until this thread enters the kernel, {@code IORING_SETUP_TASKRUN_FLAG}. */
    public static final int TASKRUN = 1 << 2;

    private final MemorySegment ring;
    private final MemorySegment entries;
    private final long headOffset;
    private final long tailOffset;
    private final long flagsOffset;
    private final int size;
    private final int mask;

    /** The kernel's cursor as last seen. */
    private int head;

    private int tail;

    /**
     * @param ring       holds the three words
     * @param entries    {@code size} entries of {@link SubmissionEntry#LENGTH} bytes
     * @param headOffset where in {@code ring} the kernel's cursor is
     * @param tailOffset where in it this process's cursor is
     * @param size       a power of two
     * @throws IllegalArgumentException when the size is not a power of two or the entries are not that many
     */
    public SubmissionQueue(
            MemorySegment ring, MemorySegment entries, long headOffset, long tailOffset, long flagsOffset, int size) {
        if (Integer.bitCount(size) != 1 || entries.byteSize() != (long) size * SubmissionEntry.LENGTH) {
            throw new IllegalArgumentException(
                    "a submission queue of " + size + " entries does not fit " + entries.byteSize()
                            + " bytes; use a power of two, and " + SubmissionEntry.LENGTH + " bytes for each");
        }
        this.ring = ring;
        this.entries = entries;
        this.headOffset = headOffset;
        this.tailOffset = tailOffset;
        this.flagsOffset = flagsOffset;
        this.size = size;
        this.mask = size - 1;
        this.head = KernelWords.loadAcquire(ring, headOffset);
        this.tail = KernelWords.loadPlain(ring, tailOffset);
    }

    /** The number of entries. */
    public int size() {
        return size;
    }

    /** Where the entries are written. */
    public MemorySegment entries() {
        return entries;
    }

    /**
     * The number of entries that {@link #claim} can give. It loads the kernel's cursor each time, whereas claim only
     * does so if it has to.
     */
    public int room() {
        return size - pending();
    }

    /**
     * Claims the next entry; all of its bytes are 0.
     *
     * @return its offset in {@link #entries}, or {@link #FULL} until the kernel has taken some
     */
    public long claim() {
        if (tail - head == size && room() == 0) {
            return FULL;
        }
        long at = (long) (tail++ & mask) * SubmissionEntry.LENGTH;
        SubmissionEntry.clear(entries, at);
        return at;
    }

    /** The slot of an entry: for tables that run beside the queue. */
    public int slot(long at) {
        return (int) (at / SubmissionEntry.LENGTH);
    }

    /** Shows the kernel all entries claimed so far; returns how many it has not taken. */
    public int publish() {
        KernelWords.storeRelease(ring, tailOffset, tail);
        return pending();
    }

    /**
     * The number of claimed entries that the kernel has not taken by now; its submitter thread may take them at any
     * time.
     */
    public int pending() {
        head = KernelWords.loadAcquire(ring, headOffset);
        return tail - head;
    }

    /**
     * The flags that the kernel sets beside the queue: {@link #NEED_WAKEUP}, {@link #CQ_OVERFLOW}, {@link #TASKRUN}.
     * Read the first only after {@link #publish} and {@link #beforeFlags}.
     */
    public int flags() {
        return KernelWords.loadOpaque(ring, flagsOffset);
    }

    /** Keeps {@link #flags} after {@link #publish}: without it each side may miss the other's store, and sleep. */
    public void beforeFlags() {
        KernelWords.fullFence();
    }
}

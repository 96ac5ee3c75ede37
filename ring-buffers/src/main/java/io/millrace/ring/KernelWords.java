package io.millrace.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The only place that deals with memory order: every access to memory that the kernel reads or writes at the same time
 * goes through here, and has its order in its name.
 *
 * <pre>
 *   producer                               consumer
 *   loadAcquire(consumer)        A         loadAcquire(producer)        C
 *   storePlain(entries)                    loadPlain(entries)
 *   storeRelease(producer)       B         storeRelease(consumer)       D
 * </pre>
 *
 * <ul>
 * <li>B pairs with C: whoever sees the new producer cursor sees the entries before it, and the frame bytes that were
 *     written before them.</li>
 * <li>D pairs with A: whoever sees the new consumer cursor knows that the entries before it have been read, and may
 *     overwrite them. The kernel makes do with a control dependency at A; the Java memory model has none, so it is an
 *     acquire here.</li>
 * <li>A ring's own cursor has one writer, so its owner keeps it in a field and never loads it back.</li>
 * <li>The wake-up flag is the one place where acquire and release are too weak. The producer stores its cursor and then
 *     loads the flag; the kernel stores the flag and then loads the cursor. Without {@link #fullFence} between the two,
 *     each may miss the other's store, and the kernel sleeps on a ring that has entries.</li>
 * </ul>
 *
 * The same holds for io_uring's queues, where this process produces submissions and consumes completions; the tail of a
 * provided-buffer ring has 16 bits. The kernel's halves are {@code net/xdp/xsk_queue.h}, {@code io_uring/io_uring.c}
 * and {@code io_uring/kbuf.c}.
 */
final class KernelWords {
    /** For cursors and flags. It is atomic, so it checks the alignment at each access. */
    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
    /** For entries, whose alignment {@link RingOffsets#checkFits} checks once instead of for each frame. */
    private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED.varHandle();

    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.varHandle();
    /** For the tail of a buffer ring. */
    private static final VarHandle SHORT_WORD = ValueLayout.JAVA_SHORT.varHandle();

    private KernelWords() {}

    /** The kernel's {@code smp_load_acquire}: nothing after it moves before it. */
    static int loadAcquire(MemorySegment ring, long offset) {
        return (int) WORD.getAcquire(ring, offset);
    }

    /** The kernel's {@code smp_store_release}: nothing before it moves after it. */
    static void storeRelease(MemorySegment ring, long offset, int value) {
        WORD.setRelease(ring, offset, value);
    }

    /** {@code smp_store_release} of a word of 16 bits. */
    static void storeShortRelease(MemorySegment ring, long offset, short value) {
        SHORT_WORD.setRelease(ring, offset, value);
    }

    /** The kernel's {@code READ_ONCE}: a load that really happens each time, without ordering anything around it. */
    static int loadOpaque(MemorySegment ring, long offset) {
        return (int) WORD.getOpaque(ring, offset);
    }

    /**
     * Returns a ring's entries as a buffer, which is quick for two reasons. Its index has 32 bits, and C2 checks these
     * for a whole loop at once more easily than a segment's offsets of 64 bits. And the address is computed here, and
     * not in code of the JDK that all segments of the process share, on the heap or off it. Closing the arena makes the
     * buffer throw.
     */
    static LongBuffer longs(MemorySegment ring, long offset, long bytes) {
        return ring.asSlice(offset, bytes)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    /** For entries, which a cursor's acquire or release orders. */
    static long loadPlain(LongBuffer entries, int index) {
        return entries.get(index);
    }

    /** For entries, which a cursor's acquire or release orders. */
    static void storePlain(LongBuffer entries, int index, long value) {
        entries.put(index, value);
    }

    /** For words that a cursor's acquire or release orders. */
    static int loadPlain(MemorySegment ring, long offset) {
        return (int) INT.get(ring, offset);
    }

    /** For words that a cursor's acquire or release orders. */
    static void storePlain(MemorySegment ring, long offset, int value) {
        INT.set(ring, offset, value);
    }

    /** For words that a cursor's acquire or release orders. */
    static void storeShortPlain(MemorySegment ring, long offset, short value) {
        SHORT.set(ring, offset, value);
    }

    /** For words that a cursor's acquire or release orders. */
    static long loadLongPlain(MemorySegment ring, long offset) {
        return (long) LONG.get(ring, offset);
    }

    /** For words that a cursor's acquire or release orders. */
    static void storeLongPlain(MemorySegment ring, long offset, long value) {
        LONG.set(ring, offset, value);
    }

    /** The kernel's {@code smp_mb}: the only order that keeps a later load after an earlier store. */
    static void fullFence() {
        VarHandle.fullFence();
    }
}

package io.millrace.ring;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;

/**
 * This process's half of a ring that the kernel fills and it empties: peek, read the entries, release.
 *
 * <p>Called by one thread, the ring's owner. Cursors are free-running 32-bit counters as in the kernel: their
 * difference counts entries, also across the wrap at 2<sup>32</sup>, and their low bits are the slot.
 */
public abstract sealed class ConsumerRing permits RxRing, CompletionRing {
    private static final int WORD_SHIFT = XdpDescriptor.ADDRESS_SHIFT;

    /** The ring's entries, each of one or two words. */
    final LongBuffer entries;

    private final MemorySegment ring;
    private final int size;
    private final int mask;
    private final long producerOffset;
    private final long consumerOffset;

    /** How many entries have been released. */
    private int consumer;
    /** One past the last entry that may be read: the kernel's cursor as last seen. */
    private int limit;
    /**
     * Whether the batch that {@link #peek} returned does not wrap round the end of the ring, so that its entries lie
     * side by side.
     */
    private boolean straight;

    ConsumerRing(MemorySegment ring, RingOffsets offsets, int size, int entryShift) {
        offsets.checkFits(ring, size, 1 << entryShift);
        this.ring = ring;
        this.size = size;
        this.mask = size - 1;
        this.entries = KernelWords.longs(ring, offsets.descriptors(), (long) size << entryShift);
        this.producerOffset = offsets.producer();
        this.consumerOffset = offsets.consumer();
        this.consumer = KernelWords.loadPlain(ring, consumerOffset);
        this.limit = KernelWords.loadAcquire(ring, producerOffset);
    }

    /**
     * Looks for entries. The batch starts at the first entry not released: a second call before {@link #release} names
     * the same entries again. The kernel's cursor is loaded only when all entries known so far have been released, so a
     * batch may be smaller than what is there.
     *
     * @param max entries that the caller would like to read, not negative
     * @return how many it may read, 0 to {@code max}
     */
    public final int peek(int max) {
        int ready = limit - consumer;
        if (ready == 0) {
            limit = KernelWords.loadAcquire(ring, producerOffset);
            ready = limit - consumer;
        }
        final int count = Math.min(ready, max);
        straight = (consumer & mask) + count <= size;
        return count;
    }

    /** How many entries the kernel has written by now that have not been released. */
    public final int waiting() {
        limit = KernelWords.loadAcquire(ring, producerOffset);
        return limit - consumer;
    }

    /**
     * Gives the kernel the first {@code count} entries of the batch to write again. The frames that they name stay with
     * the caller.
     *
     * @throws IllegalArgumentException when so many were not there; the ring is as it was
     */
    public final void release(int count) {
        if (count < 0 || count > limit - consumer) {
            throw tooMany(count);
        }
        consumer += count;
        KernelWords.storeRelease(ring, consumerOffset, consumer);
    }

    /** How many entries the ring has, a power of two. */
    public final int size() {
        return size;
    }

    /**
     * Where entry {@code i} of the batch is, in words of {@link #entries}. The shift, log2 of an entry's bytes, is a
     * parameter because the caller's is a constant.
     *
     * <p>A batch that does not wrap is distinguished from one that does, although the mask is right for both: for
     * {@code start + i * length} C2 proves once for the whole loop that it is inside the memory; for a masked cursor it
     * never does. The test itself is hoisted out of the loop, since its answer is the same for the whole batch.
     */
    final int entry(int i, int entryShift) {
        assert i >= 0 && i < limit - consumer && (!straight || (consumer & mask) + i < size) : i;
        return straight ? place(0, entryShift) + (i << entryShift - WORD_SHIFT) : place(i, entryShift);
    }

    /** Reports the frames of all entries that have not been released, including those that no peek has seen. Cold. */
    final void audit(FrameAudit audit, FrameAudit.Place place, int entryShift) {
        limit = KernelWords.loadAcquire(ring, producerOffset);
        for (int i = 0; i < limit - consumer; i++) {
            audit.found(place, XdpDescriptor.position(KernelWords.loadPlain(entries, place(i, entryShift))));
        }
    }

    private int place(int i, int entryShift) {
        return ((consumer + i) & mask) << entryShift - WORD_SHIFT;
    }

    private IllegalArgumentException tooMany(int count) {
        return new IllegalArgumentException("released " + count + " entries of " + (limit - consumer)
                + " that were there; release at most what peek returned");
    }
}

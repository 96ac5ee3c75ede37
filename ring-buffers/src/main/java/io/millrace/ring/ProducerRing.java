package io.millrace.ring;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;

/**
 * This process's half of a ring that it fills and the kernel empties: reserve, write the entries, submit.
 *
 * <p>Called by one thread, the ring's owner. Cursors are free-running 32-bit counters as in the kernel: their
 * difference counts entries, also across the wrap at 2<sup>32</sup>, and their low bits are the slot.
 */
public abstract sealed class ProducerRing permits FillRing, TxRing {
    /** {@code XDP_RING_NEED_WAKEUP}. */
    static final int NEED_WAKEUP = 1;

    private static final int WORD_SHIFT = XdpDescriptor.ADDRESS_SHIFT;

    /** The ring's entries, each of one or two words. */
    final LongBuffer entries;

    private final MemorySegment ring;
    private final int size;
    private final int mask;
    private final long producerOffset;
    private final long consumerOffset;
    private final long flagsOffset;

    /** The number of entries submitted. */
    private int producer;
    /** One past the last entry that may be written: the kernel's cursor as last seen, plus the size. */
    private int limit;
    /**
     * Whether the batch that {@link #reserve} returned does not wrap round the end of the ring: see {@link
     * ConsumerRing#entry}.
     */
    private boolean straight;
    /** Whether there has been a fence since the last submit, so that further reads of the flag need none. */
    private boolean fenced;

    ProducerRing(MemorySegment ring, RingOffsets offsets, int size, int entryShift) {
        offsets.checkFits(ring, size, 1 << entryShift);
        this.ring = ring;
        this.size = size;
        this.mask = size - 1;
        this.entries = KernelWords.longs(ring, offsets.descriptors(), (long) size << entryShift);
        this.producerOffset = offsets.producer();
        this.consumerOffset = offsets.consumer();
        this.flagsOffset = offsets.flags();
        this.producer = KernelWords.loadPlain(ring, producerOffset);
        this.limit = KernelWords.loadAcquire(ring, consumerOffset) + size;
    }

    /**
     * Reserves room. The batch starts after the last submitted entry: a second call before {@link #submit} names the
     * same entries again, so there is nothing to cancel.
     *
     * @param wanted entries that the caller would like to write, not negative
     * @return how many it may write, 0 to {@code wanted}; fewer when the kernel has not emptied more
     */
    public final int reserve(int wanted) {
        int room = limit - producer;
        if (room < wanted) {
            limit = KernelWords.loadAcquire(ring, consumerOffset) + size;
            room = limit - producer;
        }
        final int count = Math.min(room, wanted);
        straight = (producer & mask) + count <= size;
        return count;
    }

    /**
     * Gives the kernel the first {@code count} entries of the batch, with the bytes of their frames. Anything written
     * beyond is forgotten.
     *
     * @throws IllegalArgumentException when there was no room for so many; the ring is as it was
     */
    public final void submit(int count) {
        if (count < 0 || count > limit - producer) {
            throw tooMany(count);
        }
        producer += count;
        KernelWords.storeRelease(ring, producerOffset, producer);
        fenced = false;
    }

    /**
     * Returns whether the kernel asks to be woken before it looks at this ring again. Ask after {@link #submit}, and in
     * each duty cycle as long as {@link #pending} is not 0: drivers set the flag after they found the ring empty, and
     * do not look once more.
     *
     * <p>In copy mode a TX ring always answers true: the kernel sends only inside a system call.
     *
     * <p>The first question after a submit costs a full fence, further ones a load.
     */
    public final boolean needsWakeUp() {
        if (!fenced) {
            KernelWords.fullFence();
            fenced = true;
        }
        return (KernelWords.loadOpaque(ring, flagsOffset) & NEED_WAKEUP) != 0;
    }

    /** The number of entries of the ring, a power of two. */
    public final int size() {
        return size;
    }

    /** The number of submitted entries that the kernel has not taken yet. */
    public final int pending() {
        return producer - KernelWords.loadAcquire(ring, consumerOffset);
    }

    /**
     * Where entry {@code i} of the batch is, in words of {@link #entries}. The shift, log2 of an entry's bytes, is a
     * parameter because the caller's is a constant.
     */
    final int entry(int i, int entryShift) {
        assert i >= 0 && i < limit - producer && (!straight || (producer & mask) + i < size) : i;
        return straight ? place(0, entryShift) + (i << entryShift - WORD_SHIFT) : place(i, entryShift);
    }

    /** Reports the frames that the kernel has not taken yet. Cold. */
    final void audit(FrameAudit audit, FrameAudit.Place place, int entryShift) {
        for (int i = -pending(); i < 0; i++) {
            audit.found(place, XdpDescriptor.position(KernelWords.loadPlain(entries, place(i, entryShift))));
        }
    }

    /** Returns where any entry is; submitted ones have negative numbers. */
    final int place(int i, int entryShift) {
        return ((producer + i) & mask) << entryShift - WORD_SHIFT;
    }

    private IllegalArgumentException tooMany(int count) {
        return new IllegalArgumentException("submitted " + count + " entries with room for " + (limit - producer)
                + "; submit at most what reserve returned");
    }
}

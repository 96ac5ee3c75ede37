package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Hands back the frames that the kernel has sent, or given up sending. Called by one thread; from {@link #peek} on the
 * frames belong to it. Not emptying this ring stops transmission: the kernel takes an entry of the {@link TxRing} only
 * when there is room here.
 */
public final class CompletionRing extends ConsumerRing {
    /** @throws IllegalArgumentException when the size is not a power of two or the memory does not suit */
    public CompletionRing(MemorySegment ring, RingOffsets offsets, int size) {
        super(ring, offsets, size, XdpDescriptor.ADDRESS_SHIFT);
    }

    /**
     * The address as it was given to {@link TxRing#frame}: of the bytes sent, not of the frame that they are in. See
     * {@link Umem#frameAddress}.
     *
     * @param i from 0, below what {@link #peek} returned
     */
    public long address(int i) {
        return KernelWords.loadPlain(entries, entry(i, XdpDescriptor.ADDRESS_SHIFT));
    }
}

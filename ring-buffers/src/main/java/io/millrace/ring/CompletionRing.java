package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Hands back the frames that the kernel has sent or given up sending. For one thread, to which the frames belong from
 * {@link #peek} on. If this ring is not emptied, transmission stops: the kernel only takes an entry of the {@link
 * TxRing} if there is room here.
 */
public final class CompletionRing extends ConsumerRing {
    /** @throws IllegalArgumentException when the size is not a power of two or the memory does not suit */
    public CompletionRing(MemorySegment ring, RingOffsets offsets, int size) {
        super(ring, offsets, size, XdpDescriptor.ADDRESS_SHIFT);
    }

    /**
     * The address that was given to {@link TxRing#frame}: that of the bytes sent, not of the frame that they are in.
     * See {@link Umem#frameAddress}.
     *
     * @param i from 0, below what {@link #peek} returned
     */
    public long address(int i) {
        return KernelWords.loadPlain(entries, entry(i, XdpDescriptor.ADDRESS_SHIFT));
    }
}

package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Offers empty frames to the kernel, which receives into them. Called by one thread; an offered frame belongs to the
 * kernel until it comes back by the {@link RxRing}, and must not be written meanwhile.
 *
 * <pre>{@code
 *   int room = fill.reserve(frames.available());
 *   for (int i = 0; i < room; i++) {
 *       fill.address(i, frames.take());
 *   }
 *   fill.submit(room);
 *   if (fill.needsWakeUp()) { … recvfrom … }
 * }</pre>
 */
public final class FillRing extends ProducerRing {
    /** @throws IllegalArgumentException when the size is not a power of two or the memory does not suit */
    public FillRing(MemorySegment ring, RingOffsets offsets, int size) {
        super(ring, offsets, size, XdpDescriptor.ADDRESS_SHIFT);
    }

    /**
     * The address in entry {@code i}. Negative numbers stand for submitted entries, -1 for the last one. These stay
     * until they are overwritten, whether or not the kernel has taken them.
     */
    public long address(int i) {
        return KernelWords.loadPlain(entries, place(i, XdpDescriptor.ADDRESS_SHIFT));
    }

    /**
     * Writes entry {@code i} of the reserved batch.
     *
     * @param i       from 0, below what {@link #reserve} returned
     * @param address of a frame that nobody else holds; any address within the frame does
     */
    public void address(int i, long address) {
        KernelWords.storePlain(entries, entry(i, XdpDescriptor.ADDRESS_SHIFT), address);
    }
}

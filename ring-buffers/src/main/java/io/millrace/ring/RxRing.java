package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Hands over the frames that the kernel has received. Called by one thread; from {@link #peek} on the frames belong to
 * it, until each is offered again by a {@link FillRing} or sent by a {@link TxRing}. Releasing entries gives back their
 * place in this ring, not the frames.
 */
public final class RxRing extends ConsumerRing {
    private final boolean unaligned;

    /**
     * Makes a ring for frames that may be unaligned.
     *
     * @throws IllegalArgumentException when the size is not a power of two or the memory does not suit
     */
    public RxRing(MemorySegment ring, RingOffsets offsets, int size) {
        this(ring, offsets, size, true);
    }

    /**
     * Makes a ring for frames of a UMEM.
     *
     * @param unaligned {@link Umem#unaligned}: whether addresses come in two parts; putting them together is a good
     *                  part of what a descriptor costs, so that others are taken as they are
     * @throws IllegalArgumentException when the size is not a power of two or the memory does not suit
     */
    public RxRing(MemorySegment ring, RingOffsets offsets, int size, boolean unaligned) {
        super(ring, offsets, size, XdpDescriptor.SHIFT);
        this.unaligned = unaligned;
    }

    /**
     * The address in the UMEM at which the packet starts, after the headroom, also if frames are unaligned; {@link
     * Umem#frameAddress} tells the frame.
     *
     * @param i from 0, below what {@link #peek} returned
     */
    public long address(int i) {
        final long address = XdpDescriptor.address(entries, entry(i, XdpDescriptor.SHIFT));
        return unaligned ? XdpDescriptor.position(address) : address;
    }

    /** The number of the packet's bytes in this frame. */
    public int length(int i) {
        return XdpDescriptor.length(entries, entry(i, XdpDescriptor.SHIFT));
    }

    /** {@link XdpDescriptor#CONTINUED}, or 0 when the packet ends in this frame. */
    public int options(int i) {
        return XdpDescriptor.options(entries, entry(i, XdpDescriptor.SHIFT));
    }
}

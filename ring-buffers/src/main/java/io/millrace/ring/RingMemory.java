package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Plain memory laid out as the kernel lays out a ring ({@code struct xdp_ring} of {@code xsk_queue.h} on
 * x86-64: producer, consumer and flags on cache lines of their own), for a ring class at one end and {@link KernelSide}
 * at the other.
 */
public final class RingMemory {
    public static final RingOffsets OFFSETS = new RingOffsets(0, 128, 196, 320);

    private static final long PAGE = 4096;

    private final MemorySegment segment;
    private final int size;

    private RingMemory(Arena arena, int size, int entryLength) {
        this.segment = arena.allocate(OFFSETS.lengthBytes(size, entryLength), PAGE);
        this.size = size;
    }

    /** Makes the memory of a fill or completion ring. */
    public static RingMemory ofAddresses(Arena arena, int size) {
        return new RingMemory(arena, size, Long.BYTES);
    }

    /** Makes the memory of an RX or TX ring. */
    public static RingMemory ofDescriptors(Arena arena, int size) {
        return new RingMemory(arena, size, 1 << XdpDescriptor.SHIFT);
    }

    /**
     * Lets both cursors start at another number than 0, close to the wrap for example. To be called before either end
     * is made.
     */
    public RingMemory startAt(int cursor) {
        KernelWords.storePlain(segment, OFFSETS.producer(), cursor);
        KernelWords.storePlain(segment, OFFSETS.consumer(), cursor);
        return this;
    }

    public MemorySegment segment() {
        return segment;
    }

    public int size() {
        return size;
    }

    public FillRing fillRing() {
        return new FillRing(segment, OFFSETS, size);
    }

    /** @param unaligned whether the frames of the UMEM are */
    public RxRing rxRing(boolean unaligned) {
        return new RxRing(segment, OFFSETS, size, unaligned);
    }

    public TxRing txRing() {
        return new TxRing(segment, OFFSETS, size);
    }

    public CompletionRing completionRing() {
        return new CompletionRing(segment, OFFSETS, size);
    }
}

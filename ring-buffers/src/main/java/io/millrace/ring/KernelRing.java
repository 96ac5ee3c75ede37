package io.millrace.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The simulated kernel's end of one ring, the consumer of fill and TX, the producer of RX and completion. It shares the
 * memory with our end and nothing else: its own cursor, no cached one, and its own way from cursor to slot, so that a
 * mistake on our side does not cancel out. Called by one thread.
 */
final class KernelRing {
    private static final RingOffsets OFFSETS = RingMemory.OFFSETS;

    private final MemorySegment memory;
    private final int size;
    private final long entryLength;
    private final long ownOffset;
    private final long othersOffset;
    private int cursor;

    private KernelRing(RingMemory ring, long entryLength, long ownOffset, long othersOffset) {
        this.memory = ring.segment();
        this.size = ring.size();
        this.entryLength = entryLength;
        this.ownOffset = ownOffset;
        this.othersOffset = othersOffset;
        this.cursor = KernelWords.loadPlain(memory, ownOffset);
    }

    static KernelRing consumer(RingMemory ring, long entryLength) {
        return new KernelRing(ring, entryLength, OFFSETS.consumer(), OFFSETS.producer());
    }

    static KernelRing producer(RingMemory ring, long entryLength) {
        return new KernelRing(ring, entryLength, OFFSETS.producer(), OFFSETS.consumer());
    }

    /** For a consumer: the number of entries to read. */
    int ready() {
        return KernelWords.loadAcquire(memory, othersOffset) - cursor;
    }

    /** For a producer: the number of entries to write. */
    int room() {
        return size - (cursor - KernelWords.loadAcquire(memory, othersOffset));
    }

    /** Consumes or produces entries: those that the kernel's cursor has passed belong to our end. */
    void advance(int count) {
        cursor += count;
        KernelWords.storeRelease(memory, ownOffset, cursor);
    }

    long address(int i) {
        return memory.get(ValueLayout.JAVA_LONG, entry(i));
    }

    int length(int i) {
        return memory.get(ValueLayout.JAVA_INT, entry(i) + 8);
    }

    int options(int i) {
        return memory.get(ValueLayout.JAVA_INT, entry(i) + 12);
    }

    void address(int i, long address) {
        memory.set(ValueLayout.JAVA_LONG, entry(i), address);
    }

    void descriptor(int i, long address, int length, int options) {
        final long entry = entry(i);
        memory.set(ValueLayout.JAVA_LONG, entry, address);
        memory.set(ValueLayout.JAVA_INT, entry + 8, length);
        memory.set(ValueLayout.JAVA_INT, entry + 12, options);
    }

    void needWakeUp(boolean needed) {
        memory.set(ValueLayout.JAVA_INT, OFFSETS.flags(), needed ? 1 : 0);
        KernelWords.fullFence();
    }

    private long entry(int i) {
        return OFFSETS.descriptors() + Integer.remainderUnsigned(cursor + i, size) * entryLength;
    }
}

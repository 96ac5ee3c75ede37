package io.millrace.ring;

import java.lang.foreign.MemorySegment;

/**
 * Where a ring's three words and its entries are, in bytes from the start of its mapping, as the kernel tells by
 * {@code getsockopt(XDP_MMAP_OFFSETS)}. The order of the components is not that of {@code struct xdp_ring_offset}.
 *
 * @param producer    a 32-bit cursor: entries written since the ring was made
 * @param consumer    a 32-bit cursor: entries read since the ring was made
 * @param flags       a 32-bit word of which the kernel sets {@code XDP_RING_NEED_WAKEUP} on fill and TX rings
 * @param descriptors the first entry
 */
public record RingOffsets(long producer, long consumer, long flags, long descriptors) {
    private static final long WORD = Integer.BYTES;

    /** @throws IllegalArgumentException when an offset is negative or not aligned to the word that it leads to */
    public RingOffsets {
        check("producer", producer, WORD);
        check("consumer", consumer, WORD);
        check("flags", flags, WORD);
        check("descriptors", descriptors, Long.BYTES);
    }

    /**
     * Returns the length in bytes of a ring of {@code size} entries of {@code entryLength} bytes, including its words.
     */
    long lengthBytes(int size, int entryLength) {
        final long words = Math.max(producer, Math.max(consumer, flags)) + WORD;
        return Math.max(words, descriptors + (long) size * entryLength);
    }

    /**
     * Checks once that a ring can work in this memory, so that no access has to check it again.
     *
     * @throws IllegalArgumentException when the size is not a power of two, or the memory is on the heap, read-only,
     *                                  not aligned or too short
     */
    void checkFits(MemorySegment ring, int size, int entryLength) {
        if (size <= 0 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException(
                    "ring size " + size + " is not a power of two; use " + nearestPowerOfTwo(size));
        }
        if (!ring.isNative() || ring.isReadOnly() || ring.address() % Long.BYTES != 0) {
            throw new IllegalArgumentException("a ring needs writable native memory aligned to " + Long.BYTES
                    + " bytes, not " + ring + "; map it from the socket");
        }
        final long needed = lengthBytes(size, entryLength);
        if (ring.byteSize() < needed) {
            throw new IllegalArgumentException("ring memory of " + ring.byteSize() + " bytes is too short for " + size
                    + " entries of " + entryLength + " bytes; map " + needed + " bytes");
        }
    }

    private static int nearestPowerOfTwo(int size) {
        final int largest = 1 << 30;
        return size <= 1 ? 1 : size >= largest ? largest : Integer.highestOneBit(size - 1) << 1;
    }

    private static void check(String name, long offset, long alignment) {
        if (offset < 0 || offset % alignment != 0) {
            throw new IllegalArgumentException("ring offset " + name + " = " + offset + " is not a multiple of "
                    + alignment + "; take the offsets from XDP_MMAP_OFFSETS");
        }
    }
}

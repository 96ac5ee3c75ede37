package io.millrace.lab.traffic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a stream without end, each known by its position: those of a counter, mixed (SplitMix64), so that a byte
 * that is missing, doubled or from another stream shows within a few bytes. Immutable, for any thread.
 */
final class StreamPattern {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long STEP = 0x9e3779b97f4a7c15L;
    private static final long FIRST_FACTOR = 0xbf58476d1ce4e5b9L;
    private static final long SECOND_FACTOR = 0x94d049bb133111ebL;

    private final long seed;

    /** @param seed tells this stream from others */
    StreamPattern(long seed) {
        this.seed = word(seed, STEP);
    }

    private static long word(long seed, long index) {
        long word = seed + index * STEP;
        word = (word ^ word >>> 30) * FIRST_FACTOR;
        word = (word ^ word >>> 27) * SECOND_FACTOR;
        return word ^ word >>> 31;
    }

    /** The byte at a position of the stream. */
    byte at(long position) {
        return (byte) (word(seed, position / Long.BYTES) >>> Byte.SIZE * (position % Long.BYTES));
    }

    /** Writes the bytes from a position of the stream on. */
    void fill(MemorySegment memory, long position, int length) {
        int i = 0;
        while (i < length) {
            if ((position + i) % Long.BYTES == 0 && i + Long.BYTES <= length) {
                memory.set(LONG, i, word(seed, (position + i) / Long.BYTES));
                i += Long.BYTES;
            } else {
                memory.set(ValueLayout.JAVA_BYTE, i, at(position + i));
                i++;
            }
        }
    }

    /** Where the memory first differs from the bytes from a position of the stream on; -1 if nowhere. */
    int mismatch(MemorySegment memory, long position, int length) {
        int i = 0;
        while (i < length) {
            if ((position + i) % Long.BYTES == 0
                    && i + Long.BYTES <= length
                    && memory.get(LONG, i) == word(seed, (position + i) / Long.BYTES)) {
                i += Long.BYTES;
            } else if (memory.get(ValueLayout.JAVA_BYTE, i) == at(position + i)) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }
}

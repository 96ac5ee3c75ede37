package io.millrace.lab.traffic;

import java.util.Arrays;

/**
 * Which of the latest sequence numbers have been seen: a bitmap that slides up with the highest one. Frames on their
 * way are bounded by the rings that they are in, so a window some times larger tells every duplicate.
 *
 * <p>One thread; nothing is allocated after construction.
 */
final class SequenceWindow {
    /** What a sequence number was found to be. */
    enum Sighting {
        NEW,
        AGAIN,
        TOO_OLD
    }

    private final long[] words;
    private final int mask;
    /** The lowest sequence number in the window, a multiple of 64. */
    private long base;

    /** @param size sequence numbers that it spans, a power of two, at least 64 */
    SequenceWindow(int size) {
        if (Integer.bitCount(size) != 1 || size < Long.SIZE) {
            throw new IllegalArgumentException("window of " + size + "; choose a power of two, at least " + Long.SIZE);
        }
        words = new long[size / Long.SIZE];
        mask = words.length - 1;
    }

    /** Notes that a sequence number, 0 or more, was seen. */
    Sighting see(long sequence) {
        if (sequence < base) {
            return Sighting.TOO_OLD;
        }
        slideTo(sequence);
        int word = (int) (sequence / Long.SIZE) & mask;
        long bit = 1L << sequence;
        if ((words[word] & bit) != 0) {
            return Sighting.AGAIN;
        }
        words[word] |= bit;
        return Sighting.NEW;
    }

    private void slideTo(long sequence) {
        long last = base + (long) words.length * Long.SIZE - 1;
        if (sequence <= last) {
            return;
        }
        long steps = (sequence - last + Long.SIZE - 1) / Long.SIZE;
        if (steps >= words.length) {
            Arrays.fill(words, 0);
        } else {
            for (long i = 0; i < steps; i++) {
                words[(int) (base / Long.SIZE + i) & mask] = 0;
            }
        }
        base += steps * Long.SIZE;
    }
}

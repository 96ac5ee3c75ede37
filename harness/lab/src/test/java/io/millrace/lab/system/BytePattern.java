package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * An endless sequence of bytes, each known by its place: what was lost, doubled or moved on its way does not fit. Its
 * period is a prime, so that no power of two is a multiple of it.
 */
final class BytePattern {
    /** The most bytes that are written or compared in one go. */
    static final int MOST = 1 << 18;

    private static final int PERIOD = 1_048_573;
    private static final byte[] BYTES = new byte[PERIOD + MOST];

    static {
        new Random(1).nextBytes(BYTES);
        System.arraycopy(BYTES, 0, BYTES, PERIOD, MOST);
    }

    private final long seed;

    BytePattern(long seed) {
        this.seed = seed * 7_919;
    }

    private int at(long place) {
        return (int) ((seed + place) % PERIOD);
    }

    /** A view of so many bytes from that place on, {@link #MOST} at most; read-only. */
    ByteBuffer bytes(long place, int length) {
        return ByteBuffer.wrap(BYTES, at(place), length).asReadOnlyBuffer();
    }

    byte[] copy(long place, int length) {
        byte[] copy = new byte[length];
        for (int done = 0; done < length; done += MOST) {
            bytes(place + done, Math.min(MOST, length - done)).get(copy, done, Math.min(MOST, length - done));
        }
        return copy;
    }

    /** Fails unless the buffer's remaining bytes, {@link #MOST} at most, are those from that place on. */
    void assertSame(ByteBuffer actual, long place) {
        int mismatch = bytes(place, actual.remaining()).mismatch(actual);
        if (mismatch >= 0) {
            fail("byte " + (place + mismatch) + " of the stream is not the one that was sent");
        }
    }
}

package io.millrace.lab.traffic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a timed payload begins with: its sequence number, the time of sending and a seal over both. A pattern that
 * follows from the position alone, {@link FrameTemplate#pattern}, goes on behind it.
 *
 * <pre>
 *   payload  0             8             16       20
 *            +-------------+-------------+--------+----------------
 *            |  sequence   |  time, ns   |  seal  |  pattern …        big endian
 *            +-------------+-------------+--------+----------------
 * </pre>
 */
final class PayloadStamp {
    /** Where the pattern begins. */
    static final int LENGTH = 20;

    static final int TIME_AT = 8;
    static final int SEAL_AT = 16;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    /** "MLRC": a payload of zeros, or of any other constant, carries no valid seal. */
    private static final int MAGIC = 0x4d4c5243;
    /** Odd constants that spread every bit of a number over the upper half of a product. */
    private static final long SEQUENCE_FACTOR = 0x9e3779b97f4a7c15L;

    private static final long TIME_FACTOR = 0xc2b2ae3d27d4eb4fL;

    private PayloadStamp() {}

    /** Writes it into the payload at this address. */
    static void write(MemorySegment memory, long payload, long sequence, long timeNs) {
        sequence(memory, payload, sequence);
        memory.set(LONG, payload + TIME_AT, timeNs);
        memory.set(INT, payload + SEAL_AT, seal(sequence, timeNs));
    }

    /** Writes the sequence number alone. */
    static void sequence(MemorySegment memory, long payload, long sequence) {
        memory.set(LONG, payload, sequence);
    }

    static int seal(long sequence, long timeNs) {
        return MAGIC ^ (int) (sequence * SEQUENCE_FACTOR + timeNs * TIME_FACTOR >>> Integer.SIZE);
    }

    static long sequence(MemorySegment memory, long payload) {
        return memory.get(LONG, payload);
    }

    static long timeNs(MemorySegment memory, long payload) {
        return memory.get(LONG, payload + TIME_AT);
    }

    /** Returns whether the seal goes with the sequence number and the time. */
    static boolean isIntact(MemorySegment memory, long payload) {
        return memory.get(INT, payload + SEAL_AT) == seal(sequence(memory, payload), timeNs(memory, payload));
    }
}

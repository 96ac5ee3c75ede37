package io.millrace.harness.traffic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What changes from frame to frame of one {@link FrameTemplate}: the sequence number, and in timed frames the time of
 * sending and a seal over both, with the UDP checksum that goes with them.
 *
 * <pre>
 *   payload  0             8             16       20
 *            +-------------+-------------+--------+----------------
 *            |  sequence   |  time, ns   |  seal  |  pattern …        big endian
 *            +-------------+-------------+--------+----------------
 * </pre>
 *
 * Immutable, for any thread; nothing is allocated after construction.
 */
final class FrameStamp {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int TIME_AT = 8;
    private static final int SEAL_AT = 16;
    /** Where the pattern of a timed frame begins. */
    static final int TIMED_LENGTH = 20;
    /** "MLRC": a payload of zeros, or of any other constant, carries no valid seal. */
    private static final int MAGIC = 0x4d4c5243;
    /** Odd constants that spread every bit of a number over the upper half of a product. */
    private static final long SEQUENCE_FACTOR = 0x9e3779b97f4a7c15L;
    private static final long TIME_FACTOR = 0xc2b2ae3d27d4eb4fL;

    private final int payloadOffset;
    private final int checksumOffset;
    private final boolean sequenced;
    private final boolean timed;
    /** The sum of what the checksum covers and the stamp does not change. */
    private final int unchangedSum;

    private FrameStamp(FrameTemplate template, boolean timed) {
        this.timed = timed;
        payloadOffset = template.payloadOffset();
        checksumOffset = template.checksumOffset();
        sequenced = template.sequenceOffset() != 0;
        int sum = template.checksumSum();
        for (int i = TIME_AT; timed && i < TIMED_LENGTH; i += Short.BYTES) {
            int pattern = (FrameTemplate.pattern(i) & 0xff) << Byte.SIZE | FrameTemplate.pattern(i + 1) & 0xff;
            sum += ~pattern & 0xffff;
        }
        unchangedSum = sum;
    }

    /** Sequence numbers alone, where the template has room for one. */
    static FrameStamp sequenced(FrameTemplate template) {
        return new FrameStamp(template, false);
    }

    /**
     * Sequence numbers, times and seals.
     *
     * @throws IllegalArgumentException if the template has no room for them
     */
    static FrameStamp timed(FrameTemplate template) {
        if (template.payloadLength() < TIMED_LENGTH) {
            throw new IllegalArgumentException("frame of " + template.lengthBytes() + " bytes; choose "
                + (template.payloadOffset() + TIMED_LENGTH) + " or more, for a sequence number, a time and a seal");
        }
        return new FrameStamp(template, true);
    }

    /** Writes them into the frame at this address, which holds the template. */
    void write(MemorySegment memory, long frame, long sequence, long timeNs) {
        if (!sequenced) {
            return;
        }
        long payload = frame + payloadOffset;
        memory.set(LONG, payload, sequence);
        if (timed) {
            memory.set(LONG, payload + TIME_AT, timeNs);
            memory.set(INT, payload + SEAL_AT, seal(sequence, timeNs));
        }
        memory.set(SHORT, frame + checksumOffset, (short) checksum(sequence, timeNs));
    }

    private int checksum(long sequence, long timeNs) {
        long sum = unchangedSum + words(sequence);
        if (timed) {
            int seal = seal(sequence, timeNs);
            sum += words(timeNs) + (seal >>> Short.SIZE) + (seal & 0xffff);
        }
        sum = (sum >>> Short.SIZE) + (sum & 0xffff);
        sum = (sum >>> Short.SIZE) + (sum & 0xffff);
        int checksum = ~(int) sum & 0xffff;
        return checksum == 0 ? 0xffff : checksum;
    }

    private static long words(long value) {
        return (value >>> 48) + (value >>> 32 & 0xffff) + (value >>> 16 & 0xffff) + (value & 0xffff);
    }

    private static int seal(long sequence, long timeNs) {
        return MAGIC ^ (int) (sequence * SEQUENCE_FACTOR + timeNs * TIME_FACTOR >>> Integer.SIZE);
    }

    /** The sequence number of the frame at this address. */
    long sequence(MemorySegment memory, long frame) {
        return memory.get(LONG, frame + payloadOffset);
    }

    /** When it was sent. */
    long timeNs(MemorySegment memory, long frame) {
        return memory.get(LONG, frame + payloadOffset + TIME_AT);
    }

    /** Whether what {@link #write} wrote into the frame at this address is there unchanged. Timed frames only. */
    boolean isIntact(MemorySegment memory, long frame) {
        long sequence = sequence(memory, frame);
        long timeNs = timeNs(memory, frame);
        return memory.get(INT, frame + payloadOffset + SEAL_AT) == seal(sequence, timeNs)
            && (memory.get(SHORT, frame + checksumOffset) & 0xffff) == checksum(sequence, timeNs);
    }
}

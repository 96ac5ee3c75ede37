package io.millrace.lab.traffic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What changes from frame to frame of one {@link FrameTemplate}: the sequence number, in timed frames the rest of the
 * {@link PayloadStamp} too, and the UDP checksum that goes with them.
 *
 * <p>Immutable, for any thread; nothing is allocated after construction.
 */
final class FrameStamp {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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
        for (int i = PayloadStamp.TIME_AT; timed && i < PayloadStamp.LENGTH; i += Short.BYTES) {
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
        if (template.payloadLength() < PayloadStamp.LENGTH) {
            throw new IllegalArgumentException("frame of " + template.lengthBytes() + " bytes; choose "
                    + (template.payloadOffset() + PayloadStamp.LENGTH)
                    + " or more, for a sequence number, a time and a seal");
        }
        return new FrameStamp(template, true);
    }

    /** Returns whether {@link #write} writes a time. */
    boolean isTimed() {
        return timed;
    }

    /** Writes them into the frame at this address, which holds the template. */
    void write(MemorySegment memory, long frame, long sequence, long timeNs) {
        if (!sequenced) {
            return;
        }
        if (timed) {
            PayloadStamp.write(memory, frame + payloadOffset, sequence, timeNs);
        } else {
            PayloadStamp.sequence(memory, frame + payloadOffset, sequence);
        }
        memory.set(SHORT, frame + checksumOffset, (short) checksum(sequence, timeNs));
    }

    private int checksum(long sequence, long timeNs) {
        long sum = unchangedSum + words(sequence);
        if (timed) {
            int seal = PayloadStamp.seal(sequence, timeNs);
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

    /** The sequence number of the frame at this address. */
    long sequence(MemorySegment memory, long frame) {
        return PayloadStamp.sequence(memory, frame + payloadOffset);
    }

    /** When it was sent. */
    long timeNs(MemorySegment memory, long frame) {
        return PayloadStamp.timeNs(memory, frame + payloadOffset);
    }

    /**
     * Returns whether what {@link #write} wrote into the frame at this address is there unchanged. Timed frames only.
     */
    boolean isIntact(MemorySegment memory, long frame) {
        return PayloadStamp.isIntact(memory, frame + payloadOffset)
                && (memory.get(SHORT, frame + checksumOffset) & 0xffff)
                        == checksum(sequence(memory, frame), timeNs(memory, frame));
    }
}

package io.millrace.lab.traffic;

import java.lang.foreign.MemorySegment;

/**
 * Looks at the numbered frames of a {@link TrafficSource} byte by byte where they arrive: headers, checksum, sequence
 * number and payload must be those that were sent.
 *
 * <p>One thread; nothing is allocated for a frame. The counts are for that thread, or for any once it has ended.
 */
public final class FrameChecker {
    /** Some times more than all rings between sender and receiver can hold. */
    private static final int WINDOW = 1 << 18;

    private final FrameStamp stamp;
    private final MemorySegment expected;
    private final int length;
    private final SequenceWindow window = new SequenceWindow(WINDOW);
    private long intact;
    private long corrupted;
    private long duplicated;
    private long overtaken;
    private long highest = -1;

    /**
     * Makes a checker for frames of a template.
     *
     * @throws IllegalArgumentException if they have no room for a sequence number
     */
    public FrameChecker(FrameTemplate template) {
        if (template.sequenceOffset() == 0) {
            throw new IllegalArgumentException("frame of " + template.lengthBytes() + " bytes; choose "
                    + (template.payloadOffset() + Long.BYTES) + " or more, for a sequence number");
        }
        stamp = FrameStamp.sequenced(template);
        expected = MemorySegment.ofArray(template.bytes());
        length = template.lengthBytes();
    }

    /** Looks at the frame at this address. */
    public void check(MemorySegment memory, long frame, int frameLength) {
        if (frameLength != length) {
            corrupted++;
            return;
        }
        long sequence = stamp.sequence(memory, frame);
        stamp.write(expected, 0, sequence, 0);
        if (sequence < 0 || MemorySegment.mismatch(memory, frame, frame + length, expected, 0, length) >= 0) {
            corrupted++;
            return;
        }
        switch (window.see(sequence)) {
            case NEW -> countIntact(sequence);
            case AGAIN -> duplicated++;
            case TOO_OLD -> corrupted++; // nothing holds a frame back for so long
        }
    }

    private void countIntact(long sequence) {
        intact++;
        if (sequence < highest) {
            overtaken++;
        } else {
            highest = sequence;
        }
    }

    /** Frames that were as they were sent, each once. */
    public long intact() {
        return intact;
    }

    /** Frames that were other than anything that was sent. */
    public long corrupted() {
        return corrupted;
    }

    /** Right frames that had arrived before. */
    public long duplicated() {
        return duplicated;
    }

    /** The number of intact frames that a later one had overtaken. */
    public long overtaken() {
        return overtaken;
    }
}

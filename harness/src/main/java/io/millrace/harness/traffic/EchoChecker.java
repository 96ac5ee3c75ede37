package io.millrace.harness.traffic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Looks at echoes byte by byte: what was sent has to come back with its addresses and ports swapped, its checksums
 * valid and its payload as it was, once. Each frame is counted as received, corrupted or duplicated, and the round
 * trip of those received is recorded.
 *
 * <p>One thread; nothing is allocated for a frame. {@link #latest} is for another one.
 */
final class EchoChecker {
    /** The longest round trip that is told exactly; a longer one is recorded as this. */
    private static final long LONGEST_NS = 10_000_000_000L;
    private static final int DIGITS = 3;
    /** Some times more than all rings between sender and receiver can hold. */
    private static final int WINDOW = 1 << 18;
    private static final int MAC_LENGTH = 6;
    private static final int PORT_LENGTH = 2;
    private static final int CHECKSUM_LENGTH = 2;

    private final FrameStamp stamp;
    private final MemorySegment expected;
    private final int length;
    private final int checksumOffset;
    private final int patternOffset;
    private final SequenceWindow window = new SequenceWindow(WINDOW);
    private final Histogram roundTrips = new Histogram(1, LONGEST_NS, DIGITS);
    private final SingleWriterRecorder latest = new SingleWriterRecorder(1, LONGEST_NS, DIGITS);
    private long recordFrom;
    private long received;
    private long corrupted;
    private long duplicated;
    private long highest = -1;

    /**
     * @param template of the frames sent
     * @param arena    owns a copy of it
     */
    EchoChecker(FrameTemplate template, Arena arena) {
        stamp = FrameStamp.timed(template);
        length = template.lengthBytes();
        checksumOffset = template.checksumOffset();
        patternOffset = template.payloadOffset() + FrameStamp.TIMED_LENGTH;
        expected = arena.allocate(length, Long.BYTES).copyFrom(MemorySegment.ofArray(echo(template)));
    }

    private static byte[] echo(FrameTemplate template) {
        byte[] frame = template.bytes();
        int udp = template.payloadOffset() - 8;
        boolean ipv4 = frame[udp - 22] == 0x08 && frame[udp - 21] == 0 && frame[udp - 20] == 0x45;
        int addressLength = ipv4 ? 4 : 16;
        swap(frame, 0, MAC_LENGTH);
        swap(frame, udp - 2 * addressLength, addressLength);
        swap(frame, udp, PORT_LENGTH);
        return frame;
    }

    private static void swap(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            byte first = bytes[i];
            bytes[i] = bytes[i + length];
            bytes[i + length] = first;
        }
    }

    /** From this sequence number on round trips are recorded. */
    void recordFrom(long sequence) {
        recordFrom = sequence;
    }

    /**
     * Looks at one frame.
     *
     * @param frame where it starts in the memory
     * @param sent  sequence numbers used so far
     */
    void check(MemorySegment memory, long frame, int frameLength, long sent, long nowNs) {
        if (!isEcho(memory, frame, frameLength)) {
            corrupted++;
            return;
        }
        long sequence = stamp.sequence(memory, frame);
        if (sequence < 0 || sequence >= sent) {
            corrupted++;
            return;
        }
        switch (window.see(sequence)) {
            case NEW -> {
                received++;
                highest = Math.max(highest, sequence);
                record(sequence, nowNs - stamp.timeNs(memory, frame));
            }
            case AGAIN -> duplicated++;
            case TOO_OLD -> corrupted++; // no ring holds a frame back for so long
        }
    }

    private boolean isEcho(MemorySegment memory, long frame, int frameLength) {
        int behindChecksum = checksumOffset + CHECKSUM_LENGTH;
        return frameLength == length
            && same(memory, frame, 0, checksumOffset)
            && same(memory, frame, behindChecksum, patternOffset - FrameStamp.TIMED_LENGTH)
            && same(memory, frame, patternOffset, length)
            && stamp.isIntact(memory, frame);
    }

    private boolean same(MemorySegment memory, long frame, int from, int to) {
        return MemorySegment.mismatch(memory, frame + from, frame + to, expected, from, to) < 0;
    }

    private void record(long sequence, long roundTripNs) {
        long value = Math.clamp(roundTripNs, 1, LONGEST_NS);
        latest.recordValue(value);
        if (sequence >= recordFrom) {
            roundTrips.recordValue(value);
        }
    }

    /** Echoes that were right, each once. */
    long received() {
        return received;
    }

    /** Frames that differed from what was sent. */
    long corrupted() {
        return corrupted;
    }

    /** Right echoes of frames whose echo had come already. */
    long duplicated() {
        return duplicated;
    }

    /** The highest sequence number that came back, -1 before the first. */
    long highest() {
        return highest;
    }

    /** All round trips recorded, in nanoseconds. */
    Histogram roundTrips() {
        return roundTrips;
    }

    /** Round trips since the call before; one thread of any, with the histogram that it got last, or null. */
    Histogram latest(Histogram recycled) {
        return latest.getIntervalHistogram(recycled);
    }
}

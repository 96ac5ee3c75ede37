package io.millrace.lab.traffic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Looks at echoes of frames byte by byte: what was sent has to come back turned round in its {@link EchoForm}, its
 * checksums valid and its payload as it was.
 *
 * <p>One thread; nothing is allocated for a frame.
 */
final class EchoChecker {
    private static final int MAC_LENGTH = 6;
    private static final int PORT_LENGTH = 2;
    private static final int CHECKSUM_LENGTH = 2;
    private static final int UDP_LENGTH = 8;

    private final FrameStamp stamp;
    private final MemorySegment expected;
    private final int length;
    private final int checksumOffset;
    private final int payloadOffset;
    private final int comparedFrom;
    private final EchoTally tally;

    /**
     * @param template of the frames sent
     * @param form     of what comes back
     * @param arena    owns a copy of it
     * @param tally    counts the frames
     */
    EchoChecker(FrameTemplate template, EchoForm form, Arena arena, EchoTally tally) {
        this.tally = tally;
        stamp = FrameStamp.timed(template);
        length = template.lengthBytes();
        checksumOffset = template.checksumOffset();
        payloadOffset = template.payloadOffset();
        comparedFrom = form == EchoForm.FROM_SOCKET ? payloadOffset - UDP_LENGTH : 0;
        expected = arena.allocate(length, Long.BYTES).copyFrom(MemorySegment.ofArray(echo(template, form)));
    }

    private static byte[] echo(FrameTemplate template, EchoForm form) {
        byte[] frame = template.bytes();
        int udp = template.payloadOffset() - UDP_LENGTH;
        boolean ipv4 = frame[udp - 22] == 0x08 && frame[udp - 21] == 0 && frame[udp - 20] == 0x45;
        int addressLength = ipv4 ? 4 : 16;
        swap(frame, 0, MAC_LENGTH);
        if (form == EchoForm.MACS_SWAPPED) {
            return frame;
        }
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

    /**
     * Looks at one frame.
     *
     * @param frame where it starts in the memory
     * @param sent  sequence numbers used so far
     */
    void check(MemorySegment memory, long frame, int frameLength, long sent, long nowNs) {
        if (isEcho(memory, frame, frameLength)) {
            tally.countEcho(stamp.sequence(memory, frame), sent, stamp.timeNs(memory, frame), nowNs);
        } else {
            tally.countCorrupted();
        }
    }

    private boolean isEcho(MemorySegment memory, long frame, int frameLength) {
        int behindChecksum = checksumOffset + CHECKSUM_LENGTH;
        return frameLength == length
                && same(memory, frame, comparedFrom, checksumOffset)
                && same(memory, frame, behindChecksum, payloadOffset)
                && same(memory, frame, payloadOffset + PayloadStamp.LENGTH, length)
                && stamp.isIntact(memory, frame);
    }

    private boolean same(MemorySegment memory, long frame, int from, int to) {
        return MemorySegment.mismatch(memory, frame + from, frame + to, expected, from, to) < 0;
    }
}

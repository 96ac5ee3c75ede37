package io.millrace.engine.path;

import io.millrace.engine.wire.InternetChecksum;
import io.millrace.ring.SegmentChains;

import java.nio.ByteOrder;

/**
 * Computes the checksum that a stage left to the way out, where no network card does: the sum from where the request
 * says to the end of the frame, over all segments, with what the stage wrote in the checksum's place. One thread.
 */
final class SoftwareChecksum {
    /** A UDP checksum of 0 would mean that there is none; in ones' complement this is the same number. */
    private static final int ZERO = 0xffff;

    private final FrameBuffer bytes = new FrameBuffer();

    /** The frame's request has to {@linkplain TransmitRequest#checksumFits fit}. */
    void write(FrameSlot frame, FrameFacts facts) {
        TransmitRequest request = frame.request();
        long base = facts.umem().baseAddress();
        int start = request.checksumStart;
        long sum = 0;
        int summed = frame.length() - start;
        SegmentChains chains = facts.chains();
        if (chains != null) {
            int position = summed;
            for (long link = chains.next(frame.address()); link != SegmentChains.NONE;
                    link = chains.next(SegmentChains.address(link))) {
                int length = SegmentChains.length(link);
                bytes.show(base + SegmentChains.address(link), length);
                long part = InternetChecksum.sum(bytes, 0, length);
                sum += (position & 1) == 0 ? part : swapped(part);
                position += length;
            }
        }
        bytes.show(base + frame.address(), frame.length());
        int checksum = InternetChecksum.fold(sum + InternetChecksum.sum(bytes, start, summed));
        bytes.putShort(start + request.checksumOffset, (short) (checksum == 0 ? ZERO : checksum), ByteOrder.BIG_ENDIAN);
    }

    /** The sum of what begins at an odd byte of the whole: each of its bytes counts in the other half of a word. */
    private static int swapped(long sum) {
        int folded = ~InternetChecksum.fold(sum) & 0xffff;
        return (folded & 0xff) << Byte.SIZE | folded >>> Byte.SIZE;
    }
}

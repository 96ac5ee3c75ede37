package io.millrace.core.path;

import io.millrace.ring.SegmentChains;
import io.millrace.spi.FrameMetadata;
import io.millrace.wire.InternetChecksum;
import java.nio.ByteOrder;

/**
 * Computes a checksum that was left to the way out, where no network card does: the sum over all segments, with what is
 * in the checksum's place, which the sum of the pseudo header is to be. One thread.
 */
final class SoftwareChecksum {
    /** A UDP checksum of 0 would mean that there is none; in ones' complement this is the same number. */
    private static final int ZERO = 0xffff;

    private final FrameBuffer bytes = new FrameBuffer();

    /** Where the frame's request says, to its end; the request has to {@linkplain SlotRequest#checksumFits fit}. */
    void write(FrameSlot frame, FrameMetadata metadata) {
        SlotRequest request = frame.request();
        write(frame, metadata, request.checksumStart, request.checksumOffset, Integer.MAX_VALUE);
    }

    /**
     * Writes the checksum of a part of the frame.
     *
     * @param start  the first byte of that, in the frame's first segment
     * @param offset of the checksum from there, in the first segment, too
     * @param end    behind the last byte, or behind the frame's end
     */
    void write(FrameSlot frame, FrameMetadata metadata, int start, int offset, int end) {
        long base = metadata.umem().baseAddress();
        long sum = 0;
        int summed = Math.min(frame.length(), end) - start;
        SegmentChains chains = metadata.chains();
        if (chains != null) {
            int position = summed;
            for (long link = chains.next(frame.address());
                    link != SegmentChains.NONE && start + position < end;
                    link = chains.next(SegmentChains.address(link))) {
                int length = Math.min(SegmentChains.length(link), end - start - position);
                bytes.show(base + SegmentChains.address(link), length);
                long part = InternetChecksum.sum(bytes, 0, length);
                sum += (position & 1) == 0 ? part : swapped(part);
                position += length;
            }
        }
        bytes.show(base + frame.address(), frame.length());
        int checksum = InternetChecksum.fold(sum + InternetChecksum.sum(bytes, start, summed));
        bytes.putShort(start + offset, (short) (checksum == 0 ? ZERO : checksum), ByteOrder.BIG_ENDIAN);
    }

    /** The sum of what begins at an odd byte of the whole: each of its bytes counts in the other half of a word. */
    private static int swapped(long sum) {
        int folded = ~InternetChecksum.fold(sum) & 0xffff;
        return (folded & 0xff) << Byte.SIZE | folded >>> Byte.SIZE;
    }
}

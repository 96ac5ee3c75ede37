package io.millrace.core.path;

import io.millrace.ring.SegmentChains;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import io.millrace.wire.InternetChecksum;
import java.nio.ByteOrder;

/**
 * Computes a checksum that was left to the way out where no network card does it. It sums all segments, including the
 * checksum field, which has to hold the sum of the pseudo header. Used by one thread only.
 */
final class SoftwareChecksum {
    /**
     * Used instead of 0, which would mean that a UDP datagram has no checksum; in ones' complement both are the same
     * number.
     */
    private static final int ZERO = 0xffff;

    private final FrameBuffer bytes = new FrameBuffer();

    /**
     * Computes the checksum that the frame's request describes, to the end of the frame. The request has to {@linkplain
     * SlotRequest#checksumFits fit}.
     */
    void write(FrameSlot frame, FrameMetadata metadata) {
        SlotRequest request = frame.request();
        write(frame, metadata, request.checksumStart, request.checksumOffset, Integer.MAX_VALUE);
    }

    /**
     * Writes the checksum of a part of the frame.
     *
     * @param start  the first byte of the part, in the frame's first segment
     * @param offset where the checksum is, from {@code start}; also in the first segment
     * @param end    the end of the part; may be beyond the frame's end
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

    /**
     * Turns the sum of bytes that begin at an odd offset into that for an even one: each byte belongs into the other
     * half of its 16-bit word.
     */
    private static int swapped(long sum) {
        int folded = ~InternetChecksum.fold(sum) & 0xffff;
        return (folded & 0xff) << Byte.SIZE | folded >>> Byte.SIZE;
    }
}

package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.wire.HeaderFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import java.nio.ByteOrder;

/**
 * Finishes a checksum that the sender left to its network card, as {@link UdpFlyweight#completeChecksum} does, where
 * what it covers lies in several segments.
 */
final class SegmentedChecksum {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final int UDP_FIELD = 6;
    private static final int TCP_FIELD = 16;
    private static final int NO_CHECKSUM = 0;
    private static final int ZERO_OF_UDP = 0xffff;

    private SegmentedChecksum() {}

    static void complete(Frame frame, UdpFlyweight udp, long pseudoHeaderSum) {
        if (udp.checksum() == unfinished(pseudoHeaderSum)) {
            int checksum = finished(frame, udp, UDP_FIELD, pseudoHeaderSum);
            write(frame, udp, UDP_FIELD, checksum == NO_CHECKSUM ? ZERO_OF_UDP : checksum);
        }
    }

    static void complete(Frame frame, TcpFlyweight tcp, long pseudoHeaderSum) {
        if (tcp.checksum() == unfinished(pseudoHeaderSum)) {
            write(frame, tcp, TCP_FIELD, finished(frame, tcp, TCP_FIELD, pseudoHeaderSum));
        }
    }

    private static int unfinished(long pseudoHeaderSum) {
        return ~InternetChecksum.fold(pseudoHeaderSum) & 0xffff;
    }

    private static void write(Frame frame, HeaderFlyweight header, int field, int checksum) {
        frame.buffer().putShort(header.offset() + field, (short) checksum, BIG);
    }

    private static int finished(Frame frame, HeaderFlyweight header, int field, long pseudoHeaderSum) {
        write(frame, header, field, 0);
        int start = header.offset();
        int end = header.payloadOffset() + header.payloadLength();
        long sum = pseudoHeaderSum;
        FrameSegments segments = frame.segments();
        while (segments.next() && segments.offset() < end) {
            int from = Math.max(start - segments.offset(), 0);
            int to = Math.min(end - segments.offset(), segments.length());
            if (from < to) {
                long part = InternetChecksum.sum(segments.buffer(), from, to - from);
                sum += (segments.offset() + from - start) % 2 == 0 ? part : shifted(part);
            }
        }
        return InternetChecksum.fold(sum);
    }

    /** Adds the sum of bytes that start at an odd offset: each of them is in the other half of its 16-bit word. */
    private static int shifted(long sum) {
        return Short.toUnsignedInt(Short.reverseBytes((short) ~InternetChecksum.fold(sum)));
    }
}

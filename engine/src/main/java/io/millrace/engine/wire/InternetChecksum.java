package io.millrace.engine.wire;

import org.agrona.DirectBuffer;

import java.nio.ByteOrder;

/**
 * The checksum of IPv4, UDP, TCP and ICMP: the complement of a ones' complement sum of big-endian 16-bit words
 * (RFC 1071). Sums are kept unfolded in a {@code long}; parts that each start at an even byte of the whole can be
 * summed one by one and added.
 */
public final class InternetChecksum {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final long LOW_WORD = 0xffff_ffffL;

    private InternetChecksum() {
    }

    /**
     * Sums bytes up. Words of 32 bits do as well as those of 16: folding adds their halves.
     *
     * @param length in bytes; an odd last byte counts as if a zero followed it
     */
    public static long sum(DirectBuffer buffer, int offset, int length) {
        int end = offset + length;
        long sum = 0;
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long word = buffer.getLong(i, BIG);
            sum += (word >>> Integer.SIZE) + (word & LOW_WORD);
        }
        if (i <= end - Integer.BYTES) {
            sum += buffer.getInt(i, BIG) & LOW_WORD;
            i += Integer.BYTES;
        }
        if (i <= end - Short.BYTES) {
            sum += buffer.getShort(i, BIG) & 0xffff;
            i += Short.BYTES;
        }
        return i < end ? sum + ((buffer.getByte(i) & 0xff) << Byte.SIZE) : sum;
    }

    /** The checksum of a sum: 0 to 0xffff. Over data that holds its own valid checksum it is 0. */
    public static int fold(long sum) {
        long folded = (sum >>> Integer.SIZE) + (sum & LOW_WORD);
        folded = (folded >>> Short.SIZE) + (folded & 0xffff);
        folded = (folded >>> Short.SIZE) + (folded & 0xffff);
        folded = (folded >>> Short.SIZE) + (folded & 0xffff);
        return (int) (~folded & 0xffff);
    }

    /** The checksum of bytes whose own checksum field is 0. */
    public static int compute(DirectBuffer buffer, int offset, int length) {
        return fold(sum(buffer, offset, length));
    }

    /**
     * The checksum after one 16-bit word that it covers was changed (RFC 1624), without reading the rest.
     *
     * @param checksum before; not that of a UDP datagram without one
     */
    public static int update(int checksum, int oldWord, int newWord) {
        return fold((~checksum & 0xffff) + (~oldWord & 0xffff) + (newWord & 0xffff));
    }
}

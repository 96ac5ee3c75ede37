package io.millrace.wire;

import java.lang.ref.Reference;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The checksum of IPv4, UDP, TCP and ICMP: the complement of a ones' complement sum of big-endian 16-bit words (RFC
 * 1071). Sums are kept unfolded in a {@code long}. Parts that start at an even offset of the whole can be summed
 * separately and added.
 */
public final class InternetChecksum {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final long LOW_WORD = 0xffff_ffffL;
    private static final int BLOCK = 4 * Long.BYTES;
    /** Whether the machine's byte order is not that of the network. */
    private static final boolean SWAPPED = ByteOrder.nativeOrder() != BIG;

    private InternetChecksum() {}

    /**
     * Sums bytes.
     *
     * @param length the number of bytes; an odd last byte counts as if a zero followed it
     * @throws IndexOutOfBoundsException if the buffer does not contain all of them
     */
    public static long sum(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        if (buffer.byteArray() != null) {
            return sumOnHeap(buffer, offset, length);
        }
        long sum = sumMemory(buffer.addressOffset() + offset, length);
        Reference.reachabilityFence(buffer); // which may be the only reference that keeps the memory alive
        return networkOrder(folded(sum));
    }

    /**
     * Sums memory in the machine's byte order, in which a sum comes out with its bytes swapped (RFC 1071). Words of 64
     * bits do as well as words of 16, because folding adds their parts. The plain sum loses the carry beyond 64 bits; a
     * second sum, of the words' upper halves, has it: the carry is derived from it and added at the lower end. Each
     * turn sums four words, and the rest is summed by the bits of the length, because short headers are summed more
     * often than anything else.
     */
    private static long sumMemory(long address, int length) {
        long sum = 0;
        long upper = 0;
        int i = 0;
        for (; i <= length - BLOCK; i += BLOCK) {
            long first = UnsafeApi.getLong(address + i);
            long second = UnsafeApi.getLong(address + i + Long.BYTES);
            long third = UnsafeApi.getLong(address + i + 2 * Long.BYTES);
            long fourth = UnsafeApi.getLong(address + i + 3 * Long.BYTES);
            sum += first + second + third + fourth;
            upper += (first >>> Integer.SIZE)
                    + (second >>> Integer.SIZE)
                    + (third >>> Integer.SIZE)
                    + (fourth >>> Integer.SIZE);
        }
        if ((length & 2 * Long.BYTES) != 0) {
            long first = UnsafeApi.getLong(address + i);
            long second = UnsafeApi.getLong(address + i + Long.BYTES);
            sum += first + second;
            upper += (first >>> Integer.SIZE) + (second >>> Integer.SIZE);
            i += 2 * Long.BYTES;
        }
        if ((length & Long.BYTES) != 0) {
            long word = UnsafeApi.getLong(address + i);
            sum += word;
            upper += word >>> Integer.SIZE;
            i += Long.BYTES;
        }
        return sum - (upper << Integer.SIZE) + upper + sumRest(address + i, length & Long.BYTES - 1);
    }

    /** Sums a rest of less than 8 bytes. */
    private static long sumRest(long address, int length) {
        long sum = 0;
        long at = address;
        if ((length & Integer.BYTES) != 0) {
            sum += UnsafeApi.getInt(at) & LOW_WORD;
            at += Integer.BYTES;
        }
        if ((length & Short.BYTES) != 0) {
            sum += UnsafeApi.getShort(at) & 0xffff;
            at += Short.BYTES;
        }
        return (length & 1) != 0 ? sum + lastByte(UnsafeApi.getByte(at) & 0xff) : sum;
    }

    /** Returns the word whose first half is an odd last byte. */
    private static int lastByte(int value) {
        return SWAPPED ? value : value << Byte.SIZE;
    }

    private static int networkOrder(int sum) {
        return SWAPPED ? Short.reverseBytes((short) sum) & 0xffff : sum;
    }

    /** Sums in network byte order by the buffer's own methods; for buffers on the heap, where frames never are. */
    private static long sumOnHeap(DirectBuffer buffer, int offset, int length) {
        int end = offset + length;
        long sum = 0;
        int i = offset;
        for (; i <= end - Integer.BYTES; i += Integer.BYTES) {
            sum += buffer.getInt(i, BIG) & LOW_WORD;
        }
        if (i <= end - Short.BYTES) {
            sum += buffer.getShort(i, BIG) & 0xffff;
            i += Short.BYTES;
        }
        return i < end ? sum + ((buffer.getByte(i) & 0xff) << Byte.SIZE) : sum;
    }

    /** Returns the checksum for a sum: 0 to 0xffff. Over data that includes its own valid checksum it is 0. */
    public static int fold(long sum) {
        return ~folded(sum) & 0xffff;
    }

    private static int folded(long sum) {
        long folded = (sum >>> Integer.SIZE) + (sum & LOW_WORD);
        folded = (folded >>> Short.SIZE) + (folded & 0xffff);
        folded = (folded >>> Short.SIZE) + (folded & 0xffff);
        return (int) ((folded >>> Short.SIZE) + (folded & 0xffff));
    }

    /** Returns the checksum of bytes whose own checksum field is 0. */
    public static int compute(DirectBuffer buffer, int offset, int length) {
        return fold(sum(buffer, offset, length));
    }

    /**
     * Returns the checksum after one 16-bit word that it covers was changed (RFC 1624), without reading the rest.
     *
     * @param checksum the checksum before; not the 0 of a UDP datagram without a checksum
     */
    public static int update(int checksum, int oldWord, int newWord) {
        return fold((~checksum & 0xffff) + (~oldWord & 0xffff) + (newWord & 0xffff));
    }
}

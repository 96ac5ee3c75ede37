package io.millrace.core.stage;

import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.IpProtocol;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * The commonest frame, an untagged UDP datagram over IPv4 without options and not fragmented, turned round by a dozen
 * loads and stores at fixed places; flyweights take longer, for they keep what they find in fields.
 *
 * <pre>
 *   0        6        12    14      20     23   26        30        34    36    38      40
 *  +--------+--------+-----+-------+------+----+---------+---------+-----+-----+-------+--------+----
 *  | to MAC |from MAC| type| IPv4  | frag.|prot| from IP |  to IP  |from | to  |length |checksum| …
 *  +--------+--------+-----+-------+------+----+---------+---------+-----+-----+-------+--------+----
 * </pre>
 */
final class PlainUdp {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int IP = 14;
    private static final int UDP = IP + 20;
    private static final int HEADERS = UDP + 8;
    private static final byte VERSION_4_NO_OPTIONS = 0x45;
    private static final int FRAGMENT = 0x3fff;
    private static final long LOW_32 = 0xffff_ffffL;

    private PlainUdp() {}

    /**
     * Returns whether the frame is such a datagram, is complete, and has a checksum that needs no attention.
     *
     * @param frame  the frame's first segment
     * @param first  the length of the first segment
     * @param length the length of all segments
     */
    static boolean is(MutableDirectBuffer frame, int first, int length) {
        if (first < HEADERS
                || (frame.getShort(12, BIG) & 0xffff) != EthernetFlyweight.IPV4
                || frame.getByte(IP) != VERSION_4_NO_OPTIONS
                || (frame.getShort(20, BIG) & FRAGMENT) != 0
                || frame.getByte(23) != IpProtocol.UDP) {
            return false;
        }
        int packetLength = frame.getShort(16, BIG) & 0xffff;
        int datagramLength = frame.getShort(38, BIG) & 0xffff;
        return packetLength <= length - IP
                && datagramLength >= HEADERS - UDP
                && datagramLength <= packetLength - (UDP - IP)
                && !isChecksumUnfinished(frame, packetLength - (UDP - IP));
    }

    /** If the sender left the checksum to its network card, the field only holds the pseudo header's sum. */
    private static boolean isChecksumUnfinished(MutableDirectBuffer frame, int datagramLength) {
        long addresses = frame.getLong(26, BIG);
        long sum = (addresses >>> Integer.SIZE) + (addresses & LOW_32) + IpProtocol.UDP + datagramLength;
        return (frame.getShort(40, BIG) & 0xffff) == (~InternetChecksum.fold(sum) & 0xffff);
    }

    /** Swaps MAC addresses, IP addresses and ports. */
    static void turnRound(MutableDirectBuffer frame) {
        MacAddresses.swap(frame);
        frame.putLong(26, Long.rotateLeft(frame.getLong(26, LITTLE), Integer.SIZE), LITTLE);
        frame.putInt(34, Integer.rotateLeft(frame.getInt(34, LITTLE), Short.SIZE), LITTLE);
    }
}

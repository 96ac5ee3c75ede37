package io.millrace.core.path;

import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.IpProtocol;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import java.nio.ByteOrder;

/**
 * Finishes the checksum of a UDP datagram or TCP segment whose sender left it to a network card, before the frame
 * leaves as it came. The kernel keeps the information that a checksum is partial beside the frame, and AF_XDP only gets
 * the frame's bytes. But the checksum field of such a frame holds the sum of the pseudo header, which can be computed
 * from the headers and compared.
 *
 * <p>One finished checksum in 65,536 equals that sum by chance. If the frame is intact, computing its checksum again
 * gives the same number. If it was damaged on its way here, the damage is hidden; but that takes both the damage and
 * the chance, on a path without a wire that could damage frames.
 *
 * <p>Some frames are left alone: fragments, whose checksum the sender had to finish itself; datagrams without a
 * checksum, since the sum of a pseudo header is never 0; frames that are cut short; and headers inside a tunnel. Used
 * by one thread only.
 */
final class PartialChecksum {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final int LEAST_IPV4 = 20;
    private static final int LEAST_IPV6 = 40;
    private static final int FIELD_LENGTH = 2;
    private static final int NOWHERE = -1;

    private static final int TYPE = 12;
    private static final int PLAIN_IP = 14;
    private static final int PLAIN_LENGTH = PLAIN_IP + 2;
    private static final int PLAIN_FRAGMENT = PLAIN_IP + 6;
    private static final int PLAIN_PROTOCOL = PLAIN_IP + 9;
    private static final int PLAIN_ADDRESSES = PLAIN_IP + 12;
    private static final int PLAIN_TRANSPORT = PLAIN_IP + 20;
    private static final int PLAIN_HEADERS = PLAIN_TRANSPORT + 8;
    /** The EtherType of IPv4 with the version and header length of a header without options, as one number. */
    private static final long PLAIN = 0x0800_45;

    private static final int PLAIN_SHIFT = Long.SIZE - 3 * Byte.SIZE;
    private static final int FRAGMENT = 0x3fff;
    private static final long LOW_32 = 0xffff_ffffL;

    private final FrameBuffer bytes = new FrameBuffer();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final SoftwareChecksum software = new SoftwareChecksum();

    /**
     * Where the bytes that the checksum covers start, where the checksum is, and where they end; set once it was found.
     */
    private int start;

    private int field;
    private int end;

    /**
     * Finishes the checksum if it is partial.
     *
     * @param offload whether the checksum may be left to the way out
     * @return whether it was partial
     */
    boolean finish(FrameSlot frame, FrameMetadata metadata, boolean offload) {
        int behind = metadata.chains() == null ? 0 : metadata.chains().lengthBehind(frame.address());
        if (!isPartial(metadata.umem().baseAddress() + frame.address(), frame.length(), behind)) {
            return false;
        }
        SlotRequest request = frame.request();
        if (offload && request != null && end == frame.length() + behind) {
            request.checksumStart = start;
            request.checksumOffset = field - start;
            frame.ask(SlotRequest.CHECKSUM);
        } else {
            software.write(frame, metadata, start, field - start, end);
        }
        return true;
    }

    /**
     * Looks for a checksum that is the sum of its pseudo header.
     *
     * @param length the length of the first segment, which has to hold the headers
     * @param behind the number of bytes in further segments
     */
    private boolean isPartial(long address, int length, int behind) {
        bytes.show(address, length);
        if (length >= PLAIN_HEADERS && bytes.getLong(TYPE, BIG) >>> PLAIN_SHIFT == PLAIN) {
            return isPlainPartial(length - PLAIN_IP + behind);
        }
        if (!ethernet.wrap(bytes, 0, length)) {
            return false;
        }
        int offset = ethernet.payloadOffset();
        int payload = ethernet.payloadLength() + behind;
        return switch (ethernet.etherType()) {
            case EthernetFlyweight.IPV4 ->
                offset + LEAST_IPV4 <= length
                        && ipv4.wrap(bytes, offset, payload)
                        && ipv4.fragmentOffset() == 0
                        && !ipv4.hasMoreFragments()
                        && isAt(ipv4.payloadOffset(), ipv4.payloadLength(), ipv4.protocol())
                        && isPartial(ipv4.pseudoHeaderSum());
            case EthernetFlyweight.IPV6 ->
                offset + LEAST_IPV6 <= length
                        && ipv6.wrap(bytes, offset, payload)
                        && ipv6.fragmentOffset() == 0
                        && !ipv6.hasMoreFragments()
                        && isAt(ipv6.payloadOffset(), ipv6.payloadLength(), ipv6.protocol())
                        && isPartial(ipv6.pseudoHeaderSum());
            default -> false;
        };
    }

    /**
     * Looks for the checksum in IPv4 without VLAN tags and options, as nearly all frames are, by loads at fixed places.
     * Flyweights take longer, because they keep what they find in fields.
     *
     * <pre>
     *   12     14   15   16       18   20      22   23         24         26        30      34
     *  +------+----+----+--------+----+-------+----+----------+----------+---------+-------+----
     *  | 0800 | 45 |    | length |    | frag. |    | protocol | checksum | from IP | to IP | …
     *  +------+----+----+--------+----+-------+----+----------+----------+---------+-------+----
     * </pre>
     *
     * @param present the number of bytes behind the Ethernet header
     */
    private boolean isPlainPartial(int present) {
        int total = bytes.getChar(PLAIN_LENGTH, BIG);
        int protocol = bytes.getByte(PLAIN_PROTOCOL) & 0xff;
        int length = total - (PLAIN_TRANSPORT - PLAIN_IP);
        if (length < 0
                || total > present
                || (bytes.getShort(PLAIN_FRAGMENT, BIG) & FRAGMENT) != 0
                || !isAt(PLAIN_TRANSPORT, length, protocol)) {
            return false;
        }
        long addresses = bytes.getLong(PLAIN_ADDRESSES, BIG);
        return isPartial((addresses >>> Integer.SIZE) + (addresses & LOW_32) + protocol + length);
    }

    /** Notes where the checksum is; returns whether there is one. */
    private boolean isAt(int offset, int length, int protocol) {
        int within = switch (protocol) {
            case IpProtocol.UDP -> UdpFlyweight.CHECKSUM_OFFSET;
            case IpProtocol.TCP -> TcpFlyweight.CHECKSUM_OFFSET;
            default -> NOWHERE;
        };
        start = offset;
        field = offset + within;
        end = offset + length;
        return within != NOWHERE && field + FIELD_LENGTH <= Math.min(end, bytes.capacity());
    }

    private boolean isPartial(long pseudoHeaderSum) {
        return bytes.getChar(field, BIG) == (~InternetChecksum.fold(pseudoHeaderSum) & 0xffff);
    }
}

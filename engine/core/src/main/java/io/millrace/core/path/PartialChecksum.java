package io.millrace.core.path;

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
 * leaves as it came. The kernel tells beside a frame that its checksum is partial, and AF_XDP has the frame's bytes
 * alone; but the field holds the sum of the pseudo header then, which can be known from the headers.
 *
 * <p>One finished checksum in 65,536 is the same number by chance. Computed anew over a frame that is right, it comes
 * out as it was. A frame that was damaged on its way here comes out as if it was right; that takes both, the damage and
 * the chance, where there is no wire that could damage frames.
 *
 * <p>Left alone are fragments, which the sender had to finish itself; datagrams without a checksum, since the sum of a
 * pseudo header is never 0; frames that are cut short; and what an outer header hides, as in a tunnel. One thread.
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
    /** Its EtherType, its version and the length of its header. */
    private static final long PLAIN = 0x0800_45;

    private static final int PLAIN_SHIFT = Long.SIZE - 3 * Byte.SIZE;
    private static final int FRAGMENT = 0x3fff;
    private static final long LOW_32 = 0xffff_ffffL;

    private final FrameBuffer bytes = new FrameBuffer();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final SoftwareChecksum software = new SoftwareChecksum();

    /** Where what the frame's checksum covers starts, where that is written, and where it ends; once it was found. */
    private int start;

    private int field;
    private int end;

    /**
     * Finishes the checksum if it is partial.
     *
     * @param offload whether the frame may be asked the checksum for, the way out having it done
     * @return whether it was
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
     * @param length of the first segment, which has to hold the headers
     * @param behind bytes in further ones
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
     * The same for IPv4 without VLAN tags and options, as nearly all frames are, by loads at fixed places; flyweights
     * take longer, for they keep what they find in fields.
     *
     * <pre>
     *   12     14   15   16       18   20      22   23         24         26        30      34
     *  +------+----+----+--------+----+-------+----+----------+----------+---------+-------+----
     *  | 0800 | 45 |    | length |    | frag. |    | protocol | checksum | from IP | to IP | …
     *  +------+----+----+--------+----+-------+----+----------+----------+---------+-------+----
     * </pre>
     *
     * @param present bytes behind the Ethernet header
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

package io.millrace.wire;

import org.agrona.DirectBuffer;

/**
 * An IPv6 header with its extension headers (RFC 8200).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+---------------+---------------------------------------+
 *  |   6   | Traffic class |               Flow label              |
 *  +-------+---------------+-------+---------------+---------------+
 *  |     Length after byte 40      |  Next header  |   Hop limit   |
 *  +-------------------------------+---------------+---------------+
 *  |                        Source, 16 bytes                       |
 *  +---------------------------------------------------------------+
 *  |                     Destination, 16 bytes                     |
 *  +---------------------------------------------------------------+
 *  |      Extension headers: hop-by-hop, routing, fragment, …      |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>A header is whole if the packet is: its length lies within the bytes that are there, its extension headers lie
 * within its length, and there are at most {@value #MAX_EXTENSION_HEADERS}. The walk ends at a fragment that is not the
 * first of its datagram, and at encrypted payload: what follows is no header.
 */
public final class Ipv6Flyweight extends HeaderFlyweight {
    /** The most extension headers that are walked through; the XDP program has the same limit. */
    public static final int MAX_EXTENSION_HEADERS = 8;

    private static final int VERSION_CLASS_LABEL = 0;
    private static final int LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;
    private static final int FIXED_LENGTH = 40;
    private static final int VERSION = 6;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    /** A bit for each extension header with a number below 64. */
    private static final long EXTENSIONS =
            1L << HOP_BY_HOP | 1L << ROUTING | 1L << FRAGMENT | 1L << AUTHENTICATION | 1L << DESTINATION_OPTIONS;

    private static final int EXTENSION_LENGTH = 1;
    private static final int LEAST_EXTENSION_LENGTH = 8;
    private static final int FRAGMENT_FIELD = 2;
    private static final int FRAGMENT_OFFSET_MASK = 0xfff8;
    private static final int MORE_FRAGMENTS = 1;

    private int headerLength;
    private int totalLength;
    private int protocol;
    private int fragmentField;

    /** Shows no header until it is wrapped. */
    public Ipv6Flyweight() {}

    @Override
    boolean isWhole(DirectBuffer bytes, int start, int length) {
        if (length < FIXED_LENGTH) {
            return false;
        }
        int total = FIXED_LENGTH + u16(bytes, start + LENGTH);
        int next = u8(bytes, start + NEXT_HEADER);
        headerLength = FIXED_LENGTH;
        totalLength = total;
        protocol = next;
        fragmentField = 0;
        return u8(bytes, start + VERSION_CLASS_LABEL) >>> 4 == VERSION
                && total <= length
                && (!isExtension(next) || stepOverExtensions());
    }

    private static boolean isExtension(int type) {
        return type < Long.SIZE ? (EXTENSIONS >>> type & 1) != 0 : type == MOBILITY;
    }

    private boolean stepOverExtensions() {
        int extensions = 0;
        while (isExtension(protocol) && fragmentOffset() == 0) {
            if (++extensions > MAX_EXTENSION_HEADERS || !stepOverExtension()) {
                return false;
            }
        }
        return true;
    }

    private boolean stepOverExtension() {
        int left = totalLength - headerLength;
        if (left < LEAST_EXTENSION_LENGTH || headerLength + LEAST_EXTENSION_LENGTH > present()) {
            return false;
        }
        int units = u8(headerLength + EXTENSION_LENGTH);
        int length = switch (protocol) {
            case FRAGMENT -> LEAST_EXTENSION_LENGTH;
            case AUTHENTICATION -> (units + 2) * Integer.BYTES;
            default -> (units + 1) * LEAST_EXTENSION_LENGTH;
        };
        if (left < length) {
            return false;
        }
        if (protocol == FRAGMENT) {
            fragmentField = u16(headerLength + FRAGMENT_FIELD);
        }
        protocol = u8(headerLength);
        headerLength += length;
        return true;
    }

    @Override
    public int headerLength() {
        return headerLength;
    }

    @Override
    public int payloadLength() {
        return totalLength - headerLength;
    }

    /** Length of the packet, headers included, as it was when the view was moved here. */
    public int totalLength() {
        return totalLength;
    }

    /** DSCP and ECN. */
    public int trafficClass() {
        return i32(VERSION_CLASS_LABEL) >>> 20 & 0xff;
    }

    public int flowLabel() {
        return i32(VERSION_CLASS_LABEL) & 0xf_ffff;
    }

    public int hopLimit() {
        return u8(HOP_LIMIT);
    }

    /** The protocol of what follows the extension headers, see {@link IpProtocol}. */
    public int protocol() {
        return protocol;
    }

    /** Returns whether more fragments of the datagram follow this one. */
    public boolean hasMoreFragments() {
        return (fragmentField & MORE_FRAGMENTS) != 0;
    }

    /**
     * The offset of this fragment's payload in that of the datagram, in bytes. Only fragment 0 has the header above IP.
     */
    public int fragmentOffset() {
        return fragmentField & FRAGMENT_OFFSET_MASK;
    }

    /** The first 8 bytes of the source address. */
    public long sourceHigh() {
        return i64(SOURCE);
    }

    /** The last 8 bytes of the source address. */
    public long sourceLow() {
        return i64(SOURCE + Long.BYTES);
    }

    /** The first 8 bytes of the destination address. */
    public long destinationHigh() {
        return i64(DESTINATION);
    }

    /** The last 8 bytes of the destination address. */
    public long destinationLow() {
        return i64(DESTINATION + Long.BYTES);
    }

    public void hopLimit(int hops) {
        u8(HOP_LIMIT, hops);
    }

    public void source(long high, long low) {
        i64(SOURCE, high);
        i64(SOURCE + Long.BYTES, low);
    }

    public void destination(long high, long low) {
        i64(DESTINATION, high);
        i64(DESTINATION + Long.BYTES, low);
    }

    /** Swaps the addresses. Every checksum stays valid, because a sum does not depend on the order of its parts. */
    public void swapAddresses() {
        long high = sourceHigh();
        long low = sourceLow();
        source(destinationHigh(), destinationLow());
        destination(high, low);
    }

    /**
     * Returns the sum of what the checksum of an unfragmented UDP datagram or TCP segment covers of this header, unless
     * the packet is source-routed.
     */
    public long pseudoHeaderSum() {
        return InternetChecksum.sum(buffer(), offset() + SOURCE, FIXED_LENGTH - SOURCE) + protocol + payloadLength();
    }

    @Override
    public String toString() {
        return "IPv6{" + Address.ipv6(sourceHigh(), sourceLow()) + " > "
                + Address.ipv6(destinationHigh(), destinationLow()) + ", protocol " + protocol + ", hop limit "
                + hopLimit() + ", fragment offset " + fragmentOffset() + (hasMoreFragments() ? "+" : "") + ", payload "
                + payloadLength() + "}";
    }
}

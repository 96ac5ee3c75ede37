package io.millrace.wire;

import org.agrona.DirectBuffer;

/**
 * An IPv4 header with its options (RFC 791).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+---------------+-------------------------------+
 *  |   4   |  IHL  | Traffic class |          Total length         |
 *  +-------+-------+---------------+-----+-------------------------+
 *  |         Identification        |Flags|     Fragment offset     |
 *  +---------------+---------------+-----+-------------------------+
 *  |      TTL      |    Protocol   |        Header checksum        |
 *  +---------------+---------------+-------------------------------+
 *  |                             Source                            |
 *  +---------------------------------------------------------------+
 *  |                          Destination                          |
 *  +---------------------------------------------------------------+
 *  |                     Options, 0 to 40 bytes                    |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>A header is whole if the packet is: its total length lies within the bytes that are there. Bytes beyond it, as in
 * a frame padded to 60 bytes, are not part of the payload.
 */
public final class Ipv4Flyweight extends HeaderFlyweight {
    private static final int VERSION_AND_IHL = 0;
    private static final int TRAFFIC_CLASS = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int LEAST_LENGTH = 20;

    private static final int VERSION = 4;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
    private static final int FRAGMENT_UNIT = 8;

    private int headerLength;
    private int totalLength;

    /** Shows no header until it is wrapped. */
    public Ipv4Flyweight() {}

    @Override
    boolean isWhole(DirectBuffer bytes, int start, int length) {
        if (length < LEAST_LENGTH) {
            return false;
        }
        int versionAndIhl = u8(bytes, start + VERSION_AND_IHL);
        int header = (versionAndIhl & 0xf) * Integer.BYTES;
        int total = u16(bytes, start + TOTAL_LENGTH);
        headerLength = header;
        totalLength = total;
        return versionAndIhl >>> 4 == VERSION && header >= LEAST_LENGTH && total >= header && total <= length;
    }

    @Override
    public int headerLength() {
        return headerLength;
    }

    @Override
    public int payloadLength() {
        return totalLength - headerLength;
    }

    /** Length of the packet, header included, as it was when the view was moved here. */
    public int totalLength() {
        return totalLength;
    }

    /** DSCP and ECN. */
    public int trafficClass() {
        return u8(TRAFFIC_CLASS);
    }

    public int identification() {
        return u16(IDENTIFICATION);
    }

    /** Returns whether more fragments of the datagram follow this one. */
    public boolean hasMoreFragments() {
        return (u16(FRAGMENT) & MORE_FRAGMENTS) != 0;
    }

    /**
     * The offset of this fragment's payload in that of the datagram, in bytes. Only fragment 0 has the header above IP.
     */
    public int fragmentOffset() {
        return (u16(FRAGMENT) & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT;
    }

    public int ttl() {
        return u8(TTL);
    }

    /** See {@link IpProtocol}. */
    public int protocol() {
        return u8(PROTOCOL);
    }

    public int checksum() {
        return u16(CHECKSUM);
    }

    public int source() {
        return i32(SOURCE);
    }

    public int destination() {
        return i32(DESTINATION);
    }

    /** Does not change the header's checksum, and neither do the other setters: see {@link #updateChecksum()}. */
    public void ttl(int hops) {
        u8(TTL, hops);
    }

    public void source(int address) {
        i32(SOURCE, address);
    }

    public void destination(int address) {
        i32(DESTINATION, address);
    }

    /** Swaps the addresses. Every checksum stays valid, because a sum does not depend on the order of its parts. */
    public void swapAddresses() {
        int source = source();
        source(destination());
        destination(source);
    }

    /** Returns whether the header's checksum is right. */
    public boolean isChecksumValid() {
        return InternetChecksum.fold(InternetChecksum.sum(buffer(), offset(), headerLength)) == 0;
    }

    /** Writes the header's checksum, after other fields were set. */
    public void updateChecksum() {
        u16(CHECKSUM, 0);
        u16(CHECKSUM, InternetChecksum.compute(buffer(), offset(), headerLength));
    }

    /** Returns the sum of what the checksum of an unfragmented UDP datagram or TCP segment covers of this header. */
    public long pseudoHeaderSum() {
        return u32(SOURCE) + u32(DESTINATION) + protocol() + payloadLength();
    }

    @Override
    public String toString() {
        return "IPv4{" + Address.ipv4(source()) + " > " + Address.ipv4(destination()) + ", protocol " + protocol()
                + ", ttl " + ttl() + ", fragment offset " + fragmentOffset() + (hasMoreFragments() ? "+" : "")
                + ", payload " + payloadLength() + "}";
    }
}

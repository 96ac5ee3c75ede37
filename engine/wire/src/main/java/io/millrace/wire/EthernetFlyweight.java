package io.millrace.wire;

import java.util.Locale;
import org.agrona.DirectBuffer;

/**
 * An Ethernet header with its VLAN tags, of which there may be {@value #MAX_VLAN_TAGS}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |                        Destination                            |
 *  |                               +-------------------------------+
 *  |                               |             Source            |
 *  +-------------------------------+                               |
 *  |                                                               |
 *  +-------------------------------+-----+-+-----------------------+
 *  |    TPID (0x8100 or 0x88a8)    | PCP |D|        VLAN id        |  0 to 2 times
 *  +-------------------------------+-----+-+-----------------------+
 *  |           EtherType           |
 *  +-------------------------------+
 * </pre>
 *
 * <p>MAC addresses are the low 48 bits of a {@code long}: {@code 0x0200_0000_0001L} is 02:00:00:00:00:01.
 */
public final class EthernetFlyweight extends HeaderFlyweight {
    /** EtherType of IPv4. */
    public static final int IPV4 = 0x0800;
    /** EtherType of ARP. */
    public static final int ARP = 0x0806;
    /** EtherType of IPv6. */
    public static final int IPV6 = 0x86dd;
    /** The most VLAN tags that are skipped to find the header behind them; the XDP program has the same limit. */
    public static final int MAX_VLAN_TAGS = 2;

    private static final int DESTINATION = 0;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;
    private static final int UNTAGGED_LENGTH = 14;
    private static final int TAG_LENGTH = 4;

    private static final int CUSTOMER_TAG = 0x8100;
    private static final int PROVIDER_TAG = 0x88a8;
    private static final int VLAN_ID_MASK = 0xfff;

    private int vlanTags;
    private int etherType;

    /** Shows no header until it is wrapped. */
    public EthernetFlyweight() {}

    @Override
    boolean isWhole(DirectBuffer bytes, int start, int length) {
        if (length < UNTAGGED_LENGTH) {
            return false;
        }
        vlanTags = 0;
        etherType = u16(bytes, start + TYPE);
        return !isTag(etherType)
                || stepOverTag(bytes, start, length, 1) && (!isTag(etherType) || stepOverTag(bytes, start, length, 2));
    }

    private static boolean isTag(int type) {
        return type == CUSTOMER_TAG || type == PROVIDER_TAG;
    }

    /**
     * Tags are skipped one after the other and not in a loop, which would keep C2 from treating the loop over a batch
     * as a counted one.
     */
    private boolean stepOverTag(DirectBuffer bytes, int start, int length, int tags) {
        if (length < UNTAGGED_LENGTH + tags * TAG_LENGTH) {
            return false;
        }
        vlanTags = tags;
        etherType = u16(bytes, start + TYPE + tags * TAG_LENGTH);
        return true;
    }

    @Override
    public int headerLength() {
        return UNTAGGED_LENGTH + vlanTags * TAG_LENGTH;
    }

    @Override
    public int payloadLength() {
        return available() - headerLength();
    }

    /** The type of what follows the tags; below 0x600 it is a length (IEEE 802.3). */
    public int etherType() {
        return etherType;
    }

    /** How many VLAN tags there are. */
    public int vlanTags() {
        return vlanTags;
    }

    /**
     * The VLAN of a tag.
     *
     * @param tag 0 for the outermost
     */
    public int vlanId(int tag) {
        return u16(UNTAGGED_LENGTH + tag * TAG_LENGTH) & VLAN_ID_MASK;
    }

    public long destination() {
        return u32(DESTINATION) << 16 | u16(DESTINATION + Integer.BYTES);
    }

    public long source() {
        return (long) u16(SOURCE) << 32 | u32(SOURCE + Short.BYTES);
    }

    public void destination(long macAddress) {
        i32(DESTINATION, (int) (macAddress >>> 16));
        u16(DESTINATION + Integer.BYTES, (int) macAddress);
    }

    public void source(long macAddress) {
        u16(SOURCE, (int) (macAddress >>> 32));
        i32(SOURCE + Short.BYTES, (int) macAddress);
    }

    /** Sends the frame back to where it came from. */
    public void swapAddresses() {
        long destination = destination();
        destination(source());
        source(destination);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Ethernet{")
                .append(Address.mac(source()))
                .append(" > ")
                .append(Address.mac(destination()));
        for (int i = 0; i < vlanTags; i++) {
            text.append(" vlan ").append(vlanId(i));
        }
        return text.append(String.format(Locale.ROOT, " type 0x%04x, payload %d}", etherType, payloadLength()))
                .toString();
    }
}

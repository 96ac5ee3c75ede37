package io.millrace.lab.traffic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A UDP datagram in an Ethernet frame, over IPv4 or IPv6, with or without a VLAN tag. Its payload begins with a
 * sequence number (8 bytes, big endian) where there is room for one, and goes on with a pattern that follows from the
 * position: a receiver can tell what was lost, doubled or changed. Checksums are those of sequence number 0.
 *
 * <p>Immutable, for any thread.
 */
public final class FrameTemplate {
    /** The largest frame: a jumbo packet of 9,000 bytes and its Ethernet header. */
    public static final int MAX_LENGTH = 9_014;
    /** The largest one that is a single XDP frame: a page, less what the kernel keeps in front of it and behind. */
    public static final int LONGEST_SINGLE = 3_400;

    private static final Pattern MAC = Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}");
    private static final int ETHERNET_LENGTH = 14;
    private static final int VLAN_LENGTH = 4;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV6_LENGTH = 40;
    private static final int UDP_LENGTH = 8;
    private static final int UDP_PROTOCOL = 17;
    private static final int HOPS = 64;
    private static final int DO_NOT_FRAGMENT = 0x4000;

    /** The ones' complement sum of what the UDP checksum covers, its field and the sequence number taken as 0. */
    private final int checksumSum;

    private final byte[] bytes;
    private final int udpOffset;
    private final boolean ipv4;

    private FrameTemplate(Builder builder) {
        ipv4 = builder.destinationIp instanceof Inet4Address;
        int ipOffset = ETHERNET_LENGTH + (builder.vlan < 0 ? 0 : VLAN_LENGTH);
        udpOffset = ipOffset + (ipv4 ? IPV4_LENGTH : IPV6_LENGTH);
        int headers = udpOffset + UDP_LENGTH;
        if (builder.length < headers || builder.length > MAX_LENGTH) {
            throw new IllegalArgumentException("frame of " + builder.length + " bytes; choose " + headers
                    + (ipv4 ? " (IPv4" : " (IPv6") + " and UDP headers) to " + MAX_LENGTH);
        }
        ByteBuffer frame = ByteBuffer.allocate(builder.length);
        frame.put(builder.destinationMac).put(builder.sourceMac);
        if (builder.vlan >= 0) {
            frame.putShort((short) 0x8100).putShort((short) builder.vlan);
        }
        frame.putShort((short) (ipv4 ? 0x0800 : 0x86dd));
        int ipLength = builder.length - ipOffset;
        if (ipv4) {
            putIpv4(frame, builder, ipOffset, ipLength);
        } else {
            putIpv6(frame, builder, ipLength - IPV6_LENGTH);
        }
        int udpLength = builder.length - udpOffset;
        frame.putShort((short) builder.sourcePort).putShort((short) builder.destinationPort);
        frame.putShort((short) udpLength).putShort((short) 0);
        bytes = frame.array();
        fillPayload(bytes, headers, builder.length - headers);
        int addressLength = builder.sourceIp.getAddress().length;
        int addressesOffset = udpOffset - 2 * addressLength;
        checksumSum = fold(sum(bytes, addressesOffset, 2 * addressLength)
                + UDP_PROTOCOL
                + udpLength
                + sum(bytes, udpOffset, udpLength));
        int checksum = ~checksumSum & 0xffff;
        frame.putShort(checksumOffset(), (short) (checksum == 0 ? 0xffff : checksum));
    }

    private static void putIpv4(ByteBuffer frame, Builder builder, int offset, int length) {
        frame.put((byte) 0x45).put((byte) 0).putShort((short) length);
        frame.putShort((short) 0).putShort((short) DO_NOT_FRAGMENT);
        frame.put((byte) HOPS).put((byte) UDP_PROTOCOL).putShort((short) 0);
        frame.put(builder.sourceIp.getAddress()).put(builder.destinationIp.getAddress());
        frame.putShort(offset + 10, (short) ~fold(sum(frame.array(), offset, IPV4_LENGTH)));
    }

    private static void putIpv6(ByteBuffer frame, Builder builder, int payloadLength) {
        frame.putInt(0x60000000)
                .putShort((short) payloadLength)
                .put((byte) UDP_PROTOCOL)
                .put((byte) HOPS);
        frame.put(builder.sourceIp.getAddress()).put(builder.destinationIp.getAddress());
    }

    private static void fillPayload(byte[] bytes, int offset, int length) {
        for (int i = sequenced(length) ? Long.BYTES : 0; i < length; i++) {
            bytes[offset + i] = pattern(i);
        }
    }

    /** What the payload holds at a position behind the sequence number. */
    public static byte pattern(int payloadOffset) {
        return (byte) payloadOffset;
    }

    private static boolean sequenced(int payloadLength) {
        return payloadLength >= Long.BYTES;
    }

    private static int sum(byte[] bytes, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static int fold(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return (folded & 0xffff) + (folded >>> 16);
    }

    /** The frame, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Without the frame check sequence, as interfaces count. */
    public int lengthBytes() {
        return bytes.length;
    }

    /**
     * For who can't send more.
     *
     * @throws IllegalArgumentException if the frame is longer than {@link #LONGEST_SINGLE}
     */
    void requireSingle() {
        if (bytes.length > LONGEST_SINGLE) {
            throw new IllegalArgumentException("frame of " + bytes.length + " bytes; choose at most " + LONGEST_SINGLE
                    + ", what fits into one page with what the kernel keeps beside it");
        }
    }

    /** Where the datagram's payload starts. */
    public int payloadOffset() {
        return udpOffset + UDP_LENGTH;
    }

    /** Bytes of the datagram's payload. */
    public int payloadLength() {
        return bytes.length - payloadOffset();
    }

    /** Where the sequence number is, 0 when there is no room for one. */
    int sequenceOffset() {
        return sequenced(payloadLength()) ? payloadOffset() : 0;
    }

    int checksumOffset() {
        return udpOffset + 6;
    }

    /** Where the lengths of the packet and of the datagram are, and the checksums over them: two bytes each. */
    int[] lengthOffsets() {
        int ipOffset = udpOffset - (ipv4 ? IPV4_LENGTH : IPV6_LENGTH);
        return ipv4
                ? new int[] {ipOffset + 2, ipOffset + 10, udpOffset + 4, checksumOffset()}
                : new int[] {ipOffset + 4, udpOffset + 4, checksumOffset()};
    }

    int checksumSum() {
        return checksumSum;
    }

    /** Starts to describe a datagram. */
    public static Builder udp() {
        return new Builder();
    }

    /** What goes into the headers. The MAC and IP addresses have no default. */
    public static final class Builder {
        private byte[] sourceMac = {2, 0, 0, 0, 0, 1};
        private byte[] destinationMac;
        private InetAddress sourceIp;
        private InetAddress destinationIp;
        private int sourcePort = 5_000;
        private int destinationPort = 9_000;
        private int vlan = -1;
        private int length = 64;

        private Builder() {}

        /** MAC addresses, {@code 02:00:00:00:00:01}. */
        public Builder macs(String source, String destination) {
            sourceMac = mac(source);
            destinationMac = mac(destination);
            return this;
        }

        /** IP addresses, both of one version. */
        public Builder ips(InetAddress source, InetAddress destination) {
            if (source.getClass() != destination.getClass()) {
                throw new IllegalArgumentException("source " + source.getHostAddress() + " and destination "
                        + destination.getHostAddress() + " are of different IP versions; give two of one");
            }
            sourceIp = source;
            destinationIp = destination;
            return this;
        }

        /** UDP ports. */
        public Builder ports(int source, int destination) {
            sourcePort = port(source);
            destinationPort = port(destination);
            return this;
        }

        /** An 802.1Q tag with this VLAN id. */
        public Builder vlan(int id) {
            if (id < 0 || id > 4094) {
                throw new IllegalArgumentException("VLAN id " + id + "; choose 0 to 4094");
            }
            vlan = id;
            return this;
        }

        /** Bytes of the whole frame, without the frame check sequence. */
        public Builder length(int lengthBytes) {
            length = lengthBytes;
            return this;
        }

        /** Builds it. */
        public FrameTemplate build() {
            if (destinationMac == null || destinationIp == null) {
                throw new IllegalStateException("a frame needs MAC and IP addresses; set macs and ips");
            }
            return new FrameTemplate(this);
        }

        private static int port(int value) {
            if (value < 0 || value > 0xffff) {
                throw new IllegalArgumentException("port " + value + "; choose 0 to 65535");
            }
            return value;
        }

        private static byte[] mac(String text) {
            if (!MAC.matcher(text).matches()) {
                throw new IllegalArgumentException("'" + text + "' is no MAC address; write one as 02:00:00:00:00:01");
            }
            return HexFormat.ofDelimiter(":").parseHex(text);
        }
    }
}

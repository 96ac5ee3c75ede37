package io.millrace.wire;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames from 02:00:00:00:00:01, 10.0.0.1 or 2001:db8::1, port 40000 to 02:00:00:00:00:02, 10.0.0.2 or 2001:db8::2,
 * port 9000, payload "mill!", with right checksums that no code of this project made.
 */
public final class Packets {
    private static final String MAC = "020000000002" + "020000000001";
    private static final String IPV4_ADDRESSES = "0a000001" + "0a000002";
    private static final String IPV6_ADDRESSES =
            "20010db8000000000000000000000001" + "20010db8000000000000000000000002";
    private static final String PORTS = "9c40" + "2328";
    private static final String PAYLOAD = "6d696c6c21";

    private static final String UDP_IPV4_PACKET =
            "450000211234000040115496" + IPV4_ADDRESSES + PORTS + "000d3193" + PAYLOAD;

    /** UDP over IPv4. */
    public static final String UDP_IPV4 = MAC + "0800" + UDP_IPV4_PACKET;
    /** The same, padded to the 60 bytes that Ethernet wants. */
    public static final String UDP_IPV4_PADDED = UDP_IPV4 + "a5".repeat(13);
    /** The same in VLAN 100 and, inside it, VLAN 10 with priority 5. */
    public static final String UDP_IPV4_IN_VLANS = MAC + "88a80064" + "8100a00a" + "0800" + UDP_IPV4_PACKET;
    /** TCP with an MSS option over IPv4 with a router alert option. */
    public static final String TCP_IPV4_OPTIONS = MAC + "0800" + "46000035123400004006bf88" + IPV4_ADDRESSES
            + "94040000" + PORTS + "010203040506070860180200b7b60000" + "020405b4" + PAYLOAD;
    /** UDP over IPv6. */
    public static final String UDP_IPV6 =
            MAC + "86dd" + "60012345000d1140" + IPV6_ADDRESSES + PORTS + "000dea20" + PAYLOAD;
    /** TCP over IPv6 with a hop-by-hop and a destination options header. */
    public static final String TCP_IPV6_EXTENSIONS = MAC + "86dd" + "6001234500350040" + IPV6_ADDRESSES
            + "3c00010400000000" + "0601010c000000000000000000000000" + PORTS + "01020304050607086018020070440000"
            + "020405b4" + PAYLOAD;
    /** The first fragment of a UDP datagram over IPv6; its UDP length is that of the whole datagram, 40 bytes. */
    public static final String FIRST_FRAGMENT_IPV6 = MAC + "86dd" + "6001234500182c40" + IPV6_ADDRESSES
            + "11000001deadbeef" + PORTS + "00280000" + "6d696c6c216d696c";
    /** The second fragment of a UDP datagram over IPv4: what follows the header are no ports. */
    public static final String SECOND_FRAGMENT_IPV4 =
            MAC + "0800" + "4500001c123400014011549a" + IPV4_ADDRESSES + "0102030405060708";
    /** An ARP request. */
    public static final String ARP = "ffffffffffff" + "020000000001" + "0806" + "0001080006040001"
            + "0200000000010a000001" + "0000000000000a000002";

    private Packets() {}

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** The frame in a buffer of its own. */
    public static UnsafeBuffer buffer(String hex) {
        return new UnsafeBuffer(bytes(hex));
    }
}

package io.millrace.afxdp;

import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameDescriptor;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.InternetChecksum;
import io.millrace.wire.IpProtocol;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.UdpFlyweight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The Ethernet, IP and UDP headers that a payload from a socket port gets when it leaves by an AF_XDP port. A template
 * is written once; lengths and checksums are added for each frame. Used by one thread only.
 *
 * <pre>
 *  +----------+-----------------+-----+---------
 *  | Ethernet | IPv4 or IPv6    | UDP | payload
 *  +----------+-----------------+-----+---------
 *   14         20 or 40          8
 * </pre>
 */
final class DatagramHeaders {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;
    private static final int UDP = 8;
    private static final int HOPS = 64;
    private static final int IPV4_TOTAL_LENGTH = ETHERNET + 2;
    private static final int IPV4_CHECKSUM = ETHERNET + 10;
    private static final int IPV6_PAYLOAD_LENGTH = ETHERNET + 4;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int LARGEST_DATAGRAM = 65_507;
    private static final int MAC_LENGTH = 6;

    private final byte[] template;
    private final boolean isIpv4;
    private final boolean followsMac;
    private long heardMac;
    private int mtu;
    private final FrameBuffer bytes = new FrameBuffer();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();

    /**
     * @param sourceMac      the MAC address that frames come from, six bytes
     * @param followsMac     whether that is the interface's own address, and changes with it
     * @param destinationMac the MAC address that frames go to, six bytes
     * @param source         an address of the same family as the destination
     */
    DatagramHeaders(
            byte[] sourceMac,
            boolean followsMac,
            byte[] destinationMac,
            InetSocketAddress source,
            InetSocketAddress destination) {
        this.followsMac = followsMac;
        isIpv4 = source.getAddress() instanceof Inet4Address;
        int ipLength = isIpv4 ? IPV4 : IPV6;
        ByteBuffer headers = ByteBuffer.allocate(ETHERNET + ipLength + UDP).order(ByteOrder.BIG_ENDIAN);
        headers.put(destinationMac, 0, MAC_LENGTH).put(sourceMac, 0, MAC_LENGTH).putShort((short)
                (isIpv4 ? EthernetFlyweight.IPV4 : EthernetFlyweight.IPV6));
        if (isIpv4) {
            headers.put((byte) 0x45)
                    .put((byte) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) DONT_FRAGMENT)
                    .put((byte) HOPS)
                    .put((byte) IpProtocol.UDP)
                    .putShort((short) 0);
        } else {
            headers.putInt(0x6000_0000)
                    .putShort((short) 0)
                    .put((byte) IpProtocol.UDP)
                    .put((byte) HOPS);
        }
        headers.put(source.getAddress().getAddress())
                .put(destination.getAddress().getAddress())
                .putShort((short) source.getPort())
                .putShort((short) destination.getPort())
                .putInt(0);
        template = headers.array();
    }

    /**
     * Takes over changes of the interface since it was opened.
     *
     * @param mac its MAC address in the lower six bytes; 0 if it is not known
     * @param mtu its MTU in bytes; 0 if that is not known
     */
    void follow(long mac, int mtu) {
        this.mtu = mtu;
        if (mac != heardMac) {
            heardMac = mac;
            takeMac(mac);
        }
    }

    private void takeMac(long mac) {
        if (followsMac && mac != 0) {
            for (int i = 0; i < MAC_LENGTH; i++) {
                template[MAC_LENGTH + i] = (byte) (mac >>> (MAC_LENGTH - 1 - i) * Byte.SIZE);
            }
        }
    }

    /** Returns whether the frame's payload and the headers fit into this many bytes and into the interface's MTU. */
    boolean fits(FrameDescriptor frame, int room) {
        int length = template.length + frame.length();
        return frame.file() == null
                && frame.length() <= LARGEST_DATAGRAM
                && length <= room
                && (mtu == 0 || length <= ETHERNET + mtu);
    }

    /**
     * Writes headers and payload to a frame, and returns the frame's length.
     *
     * @param payload the frame whose bytes are the payload
     * @param source  the memory that the payload is in
     * @param umem    the memory to write to
     * @param address where a free frame of that memory starts
     */
    int wrap(FrameDescriptor payload, Umem source, Umem umem, long address) {
        MemorySegment memory = umem.memory();
        int headerLength = template.length;
        int length = payload.length();
        MemorySegment.copy(template, 0, memory, ValueLayout.JAVA_BYTE, address, headerLength);
        MemorySegment.copy(source.memory(), payload.address(), memory, address + headerLength, length);
        bytes.show(umem.baseAddress() + address, headerLength + length);
        int datagramLength = UDP + length;
        bytes.putShort(headerLength - Integer.BYTES, (short) datagramLength, ByteOrder.BIG_ENDIAN);
        if (isIpv4) {
            bytes.putShort(IPV4_TOTAL_LENGTH, (short) (IPV4 + datagramLength), ByteOrder.BIG_ENDIAN);
            bytes.putShort(
                    IPV4_CHECKSUM, (short) InternetChecksum.compute(bytes, ETHERNET, IPV4), ByteOrder.BIG_ENDIAN);
            ipv4.wrap(bytes, ETHERNET, IPV4 + datagramLength);
            udp.wrap(bytes, ETHERNET + IPV4, datagramLength);
            udp.updateChecksum(ipv4.pseudoHeaderSum());
        } else {
            bytes.putShort(IPV6_PAYLOAD_LENGTH, (short) datagramLength, ByteOrder.BIG_ENDIAN);
            ipv6.wrap(bytes, ETHERNET, IPV6 + datagramLength);
            udp.wrap(bytes, ETHERNET + IPV6, datagramLength);
            udp.updateChecksum(ipv6.pseudoHeaderSum());
        }
        return headerLength + length;
    }
}

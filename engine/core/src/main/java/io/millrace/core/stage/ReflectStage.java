package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.IpProtocol;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a frame round, in place: swaps its MAC addresses, its IPv4 or IPv6 addresses and its UDP or TCP ports, so that
 * {@code forward} sends it back as an answer.
 *
 * <p>Swapping fields that a checksum covers does not change the sum, so a correct checksum stays correct.
 * (Source-routed packets are the exception: their checksums cover an address further on.) A checksum that the sender
 * left to a network card, as over veth, is finished here, because there may be no card on the way back either. VLAN
 * tags, IPv4 options and IPv6 extension headers stay as they are. Of a fragmented datagram only the first fragment has
 * ports.
 *
 * <p>If a frame has several segments, the first has to hold the headers; the others stay as they are.
 *
 * <p>In a frame that is not IP, or neither UDP nor TCP, the addresses of the layers that are known are swapped. A frame
 * that is cut short, or whose headers contradict its length, is dropped unchanged. A frame that was sent to a multicast
 * group gets the group as its source, which receivers refuse.
 *
 * <p>A frame of a socket port is sent back to its sender.
 */
public final class ReflectStage implements Stage {
    private static final int LEAST_IPV4 = 20;
    private static final int LEAST_IPV6 = 40;
    private static final int LEAST_UDP = 8;
    private static final int LEAST_TCP = 20;

    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();

    @Override
    public void onFrame(Frame frame) {
        if (frame.kind() != FrameKind.ETHERNET) {
            frame.turnRound(); // the addresses of a socket's frame are not in its bytes
            return;
        }
        MutableDirectBuffer buffer = frame.buffer();
        int first = frame.length();
        int length = frame.totalLength();
        if (PlainUdp.is(buffer, first, length)) {
            PlainUdp.turnRound(buffer);
        } else if (ethernet.wrap(buffer, 0, first) && swapAboveEthernet(frame, buffer, length - first)) {
            ethernet.swapAddresses();
        } else {
            frame.drop();
        }
    }

    /** @param behind the number of bytes behind the first segment */
    private boolean swapAboveEthernet(Frame frame, MutableDirectBuffer buffer, int behind) {
        int offset = ethernet.payloadOffset();
        int length = ethernet.payloadLength() + behind;
        return switch (ethernet.etherType()) {
            case EthernetFlyweight.IPV4 ->
                holds(buffer, offset, LEAST_IPV4) && ipv4.wrap(buffer, offset, length) && swapIpv4(frame, buffer);
            case EthernetFlyweight.IPV6 ->
                holds(buffer, offset, LEAST_IPV6) && ipv6.wrap(buffer, offset, length) && swapIpv6(frame, buffer);
            default -> true;
        };
    }

    /** Returns whether the first segment has so many bytes; headers beyond it are not looked for. */
    private static boolean holds(MutableDirectBuffer buffer, int offset, int length) {
        return offset + length <= buffer.capacity();
    }

    private boolean swapIpv4(Frame frame, MutableDirectBuffer buffer) {
        boolean isSwapped = ipv4.fragmentOffset() != 0
                || swapPorts(buffer, ipv4.protocol(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (isSwapped) {
            if (!ipv4.hasMoreFragments() && ipv4.fragmentOffset() == 0) {
                completeChecksum(frame, ipv4.protocol(), ipv4.pseudoHeaderSum());
            }
            ipv4.swapAddresses();
        }
        return isSwapped;
    }

    private boolean swapIpv6(Frame frame, MutableDirectBuffer buffer) {
        boolean isSwapped = ipv6.fragmentOffset() != 0
                || swapPorts(buffer, ipv6.protocol(), ipv6.payloadOffset(), ipv6.payloadLength());
        if (isSwapped) {
            if (!ipv6.hasMoreFragments() && ipv6.fragmentOffset() == 0) {
                completeChecksum(frame, ipv6.protocol(), ipv6.pseudoHeaderSum());
            }
            ipv6.swapAddresses();
        }
        return isSwapped;
    }

    /** Goes from the innermost header outwards, so that nothing is swapped if one of the headers is cut short. */
    private boolean swapPorts(MutableDirectBuffer buffer, int protocol, int offset, int length) {
        switch (protocol) {
            case IpProtocol.UDP -> {
                if (!holds(buffer, offset, LEAST_UDP) || !udp.wrap(buffer, offset, length)) {
                    return false;
                }
                udp.swapPorts();
            }
            case IpProtocol.TCP -> {
                if (!holds(buffer, offset, LEAST_TCP) || !tcp.wrap(buffer, offset, length)) {
                    return false;
                }
                tcp.swapPorts();
            }
            default -> {}
        }
        return true;
    }

    private void completeChecksum(Frame frame, int protocol, long pseudoHeaderSum) {
        boolean isSegmented = frame.totalLength() != frame.length();
        switch (protocol) {
            case IpProtocol.UDP -> {
                if (isSegmented) {
                    SegmentedChecksum.complete(frame, udp, pseudoHeaderSum);
                } else {
                    udp.completeChecksum(pseudoHeaderSum);
                }
            }
            case IpProtocol.TCP -> {
                if (isSegmented) {
                    SegmentedChecksum.complete(frame, tcp, pseudoHeaderSum);
                } else {
                    tcp.completeChecksum(pseudoHeaderSum);
                }
            }
            default -> {}
        }
    }
}

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
 * <p>Swapping what a checksum covers leaves its sum alone, so that a right one stays right. (Source-routed packets are
 * the exception: their checksums cover an address further on.) One that the sender left to a network card, as over
 * veth, is finished here, for there may be no card on the way back either. VLAN tags, IPv4 options and IPv6 extension
 * headers stay as they are. Of a fragmented datagram the first fragment alone has ports.
 *
 * <p>Of a frame in several segments the first has to hold the headers; the others stay as they are.
 *
 * <p>A frame that is not IP, or neither UDP nor TCP, is turned round as far as it goes. One that is cut short, or whose
 * headers contradict its length, is dropped unchanged. A frame that was sent to a group comes out with the group as its
 * source, which receivers refuse.
 *
 * <p>A frame of a socket port leaves for where it came from.
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
            frame.turnRound(); // a socket's frame has its addresses beside it
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

    /** @param behind bytes of the frame behind its first segment */
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

    /** Whether the first segment goes so far: headers beyond it are not looked for. */
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

    /** From the innermost header outwards, so that nothing is swapped when one of them is cut short. */
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

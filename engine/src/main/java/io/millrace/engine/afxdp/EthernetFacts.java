package io.millrace.engine.afxdp;

import io.millrace.engine.PortKind;
import io.millrace.engine.path.Connections;
import io.millrace.engine.path.EndpointView;
import io.millrace.engine.path.FrameFacts;
import io.millrace.engine.path.FrameSlot;
import io.millrace.engine.wire.EthernetFlyweight;
import io.millrace.engine.wire.IpProtocol;
import io.millrace.engine.wire.Ipv4Flyweight;
import io.millrace.engine.wire.Ipv6Flyweight;
import io.millrace.engine.wire.TcpFlyweight;
import io.millrace.engine.wire.UdpFlyweight;
import io.millrace.ring.Umem;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads from an Ethernet frame's headers, each time anew, what a socket would tell of it. One thread. */
final class EthernetFacts implements FrameFacts {
    private static final int NONE = -1;

    private final Umem umem;
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();

    private int ipVersion;
    private int sourcePort;
    private int destinationPort;
    private int payloadOffset;
    private int payloadLength;

    EthernetFacts(Umem umem) {
        this.umem = umem;
    }

    private void parse(FrameSlot frame) {
        bytes.wrap(umem.baseAddress() + frame.address(), frame.length());
        ipVersion = 0;
        sourcePort = 0;
        destinationPort = 0;
        payloadOffset = NONE;
        payloadLength = 0;
        if (!ethernet.wrap(bytes, 0, frame.length())) {
            return;
        }
        int offset = ethernet.payloadOffset();
        int length = ethernet.payloadLength();
        if (ethernet.etherType() == EthernetFlyweight.IPV4 && ipv4.wrap(bytes, offset, length)) {
            ipVersion = 4;
            if (ipv4.fragmentOffset() == 0) {
                parseTransport(ipv4.protocol(), ipv4.payloadOffset(), ipv4.payloadLength(), ipv4.hasMoreFragments());
            }
        } else if (ethernet.etherType() == EthernetFlyweight.IPV6 && ipv6.wrap(bytes, offset, length)) {
            ipVersion = 6;
            if (ipv6.fragmentOffset() == 0) {
                parseTransport(ipv6.protocol(), ipv6.payloadOffset(), ipv6.payloadLength(), ipv6.hasMoreFragments());
            }
        }
    }

    /** @param isPart whether the rest comes in later fragments: a part of a datagram must not pass for one */
    private void parseTransport(int protocol, int offset, int length, boolean isPart) {
        if (protocol == IpProtocol.UDP && udp.wrap(bytes, offset, length)) {
            sourcePort = udp.sourcePort();
            destinationPort = udp.destinationPort();
            payloadOffset = udp.payloadOffset();
            payloadLength = udp.payloadLength();
        } else if (protocol == IpProtocol.TCP && tcp.wrap(bytes, offset, length)) {
            sourcePort = tcp.sourcePort();
            destinationPort = tcp.destinationPort();
            payloadOffset = tcp.payloadOffset();
            payloadLength = tcp.payloadLength();
        }
        if (isPart) {
            payloadOffset = NONE;
            payloadLength = 0;
        }
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public PortKind kind() {
        return PortKind.AF_XDP;
    }

    @Override
    public int capacity(FrameSlot frame) {
        long address = frame.address();
        return (int) (umem.frameAddress(address) + umem.frameSize() - address);
    }

    @Override
    public int headroom(FrameSlot frame) {
        long address = frame.address();
        return (int) (address - umem.frameAddress(address));
    }

    @Override
    public boolean startMoves() {
        return true;
    }

    @Override
    public long identity(FrameSlot frame) {
        return umem.frameAddress(frame.address());
    }

    @Override
    public int payloadOffset(FrameSlot frame) {
        parse(frame);
        return payloadOffset;
    }

    @Override
    public int payloadLength(FrameSlot frame) {
        parse(frame);
        return payloadLength;
    }

    @Override
    public void source(FrameSlot frame, EndpointView into) {
        parse(frame);
        switch (ipVersion) {
            case 4 -> into.setIpv4(ipv4.source(), sourcePort);
            case 6 -> into.setIpv6(ipv6.sourceHigh(), ipv6.sourceLow(), sourcePort);
            default -> into.clear();
        }
    }

    @Override
    public void destination(FrameSlot frame, EndpointView into) {
        parse(frame);
        switch (ipVersion) {
            case 4 -> into.setIpv4(ipv4.destination(), destinationPort);
            case 6 -> into.setIpv6(ipv6.destinationHigh(), ipv6.destinationLow(), destinationPort);
            default -> into.clear();
        }
    }

    @Override
    public long timestampNs(FrameSlot frame) {
        return 0;
    }

    @Override
    public Connections connections() {
        return null;
    }
}

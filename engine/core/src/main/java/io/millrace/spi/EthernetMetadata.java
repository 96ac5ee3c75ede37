package io.millrace.spi;

import io.millrace.FrameKind;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.IpProtocol;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.Ipv6Flyweight;
import io.millrace.wire.TcpFlyweight;
import io.millrace.wire.UdpFlyweight;
import java.lang.foreign.MemorySegment;

/**
 * What a port knows of frames that are whole Ethernet frames, each with its memory alone. It reads from the headers
 * what a socket would tell of a frame. It reads anew each time, since stages may change the headers, and sees only the
 * headers in the frame's first segment. A port whose driver tells more has a subclass. Used by one thread only.
 */
public class EthernetMetadata implements FrameMetadata {
    private static final int NONE = -1;
    private static final int LEAST_IPV4 = 20;
    private static final int LEAST_IPV6 = 40;
    private static final int LEAST_TRANSPORT = 8;
    private static final int LEAST_TCP = 20;

    private final Umem umem;
    /** How frames continue in further segments; null if each frame has one segment. */
    private final SegmentChains chains;

    private final int reserved;
    private final FrameBuffer bytes = new FrameBuffer();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();

    /** The length of the first segment in bytes. */
    private int present;

    private int ipVersion;
    private int sourcePort;
    private int destinationPort;
    private int payloadOffset;
    private int payloadLength;

    /**
     * For frames that may use all of their memory.
     *
     * @param chains how frames continue in further segments, or null if none does
     */
    public EthernetMetadata(Umem umem, SegmentChains chains) {
        this(umem, chains, 0);
    }

    /**
     * For frames that may not use the start of their memory.
     *
     * @param chains   how frames continue in further segments, or null if none does
     * @param reserved how many bytes at the start of each chunk a frame may not use
     */
    public EthernetMetadata(Umem umem, SegmentChains chains, int reserved) {
        this.umem = umem;
        this.chains = chains;
        this.reserved = reserved;
    }

    private void parse(FrameDescriptor frame) {
        present = frame.length();
        bytes.show(umem, frame.address(), present);
        ipVersion = 0;
        sourcePort = 0;
        destinationPort = 0;
        payloadOffset = NONE;
        payloadLength = 0;
        if (!ethernet.wrap(bytes, 0, present)) {
            return;
        }
        int offset = ethernet.payloadOffset();
        int length = ethernet.payloadLength() + (chains == null ? 0 : chains.lengthBehind(frame.address()));
        if (ethernet.etherType() == EthernetFlyweight.IPV4
                && isPresent(offset, LEAST_IPV4)
                && ipv4.wrap(bytes, offset, length)) {
            ipVersion = 4;
            if (ipv4.fragmentOffset() == 0) {
                parseTransport(ipv4.protocol(), ipv4.payloadOffset(), ipv4.payloadLength(), ipv4.hasMoreFragments());
            }
        } else if (ethernet.etherType() == EthernetFlyweight.IPV6
                && isPresent(offset, LEAST_IPV6)
                && ipv6.wrap(bytes, offset, length)) {
            ipVersion = 6;
            if (ipv6.fragmentOffset() == 0) {
                parseTransport(ipv6.protocol(), ipv6.payloadOffset(), ipv6.payloadLength(), ipv6.hasMoreFragments());
            }
        }
    }

    private boolean isPresent(int offset, int length) {
        return offset + length <= present;
    }

    /** @param isPart whether the rest comes in later fragments; a part must not be taken for a whole datagram */
    private void parseTransport(int protocol, int offset, int length, boolean isPart) {
        if (!isPresent(offset, LEAST_TRANSPORT)) {
            return;
        }
        if (protocol == IpProtocol.UDP && udp.wrap(bytes, offset, length)) {
            sourcePort = udp.sourcePort();
            destinationPort = udp.destinationPort();
            payloadOffset = udp.payloadOffset();
            payloadLength = udp.payloadLength();
        } else if (protocol == IpProtocol.TCP
                && isPresent(offset, LEAST_TCP)
                && tcp.wrap(bytes, offset, length)
                && isPresent(offset, tcp.headerLength())) {
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
    public SegmentChains chains() {
        return chains;
    }

    @Override
    public void copy(FrameDescriptor frame, int offset, int length, MemorySegment destination, long at) {
        if (isSegmented(frame)) {
            copySegments(frame, offset, length, destination, at);
        } else {
            MemorySegment.copy(umem.memory(), frame.address() + offset, destination, at, length);
        }
    }

    private void copySegments(FrameDescriptor frame, int offset, int length, MemorySegment destination, long at) {
        long address = frame.address();
        int here = frame.length();
        int skip = offset;
        int copied = 0;
        while (true) {
            int part = Math.min(Math.max(0, here - skip), length - copied);
            MemorySegment.copy(umem.memory(), address + Math.min(skip, here), destination, at + copied, part);
            copied += part;
            skip = Math.max(0, skip - here);
            if (copied == length) {
                return;
            }
            long link = chains.next(address);
            address = SegmentChains.address(link);
            here = SegmentChains.length(link);
        }
    }

    @Override
    public FrameKind kind() {
        return FrameKind.ETHERNET;
    }

    @Override
    public int headroom(FrameDescriptor frame) {
        long address = frame.address();
        return (int) (address - umem.frameAddress(address)) - reserved;
    }

    @Override
    public boolean startMoves() {
        return true;
    }

    @Override
    public long identity(FrameDescriptor frame) {
        return umem.frameAddress(frame.address());
    }

    @Override
    public int payloadOffset(FrameDescriptor frame) {
        parse(frame);
        return payloadOffset;
    }

    @Override
    public int payloadLength(FrameDescriptor frame) {
        parse(frame);
        return payloadLength;
    }

    @Override
    public void source(FrameDescriptor frame, EndpointView into) {
        parse(frame);
        switch (ipVersion) {
            case 4 -> into.setIpv4(ipv4.source(), sourcePort);
            case 6 -> into.setIpv6(ipv6.sourceHigh(), ipv6.sourceLow(), sourcePort);
            default -> into.clear();
        }
    }

    @Override
    public void destination(FrameDescriptor frame, EndpointView into) {
        parse(frame);
        switch (ipVersion) {
            case 4 -> into.setIpv4(ipv4.destination(), destinationPort);
            case 6 -> into.setIpv6(ipv6.destinationHigh(), ipv6.destinationLow(), destinationPort);
            default -> into.clear();
        }
    }
}

package io.millrace.sockets;

import io.millrace.FrameKind;
import io.millrace.ring.Umem;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/** Reads what the kernel wrote in front of a datagram's payload. It keeps no state, so any thread may use it. */
final class DatagramMetadata implements FrameMetadata {
    private static final ValueLayout.OfInt BIG_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    /** The offset of {@code ipi_addr}, the address in the IP header, in {@code struct in_pktinfo}. */
    private static final long IPV4_TO = 8;

    private static final long NS_PER_S = 1_000_000_000;

    private final Umem umem;
    private final DatagramLayout layout;
    private final int port;
    private final EndpointView bound = new EndpointView();

    DatagramMetadata(Umem umem, DatagramLayout layout, InetSocketAddress localAddress) {
        this.umem = umem;
        this.layout = layout;
        this.port = localAddress.getPort();
        try (Arena arena = Arena.ofConfined()) {
            SocketAddresses.read(SocketAddresses.allocate(arena, localAddress), 0, bound);
        }
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.DATAGRAM;
    }

    @Override
    public int capacity(FrameDescriptor frame) {
        long address = frame.address();
        long chunk = umem.frameAddress(address);
        int rest = (int) (chunk + umem.frameSize() - address);
        return layout.coalesces() ? layout.room(umem.memory(), chunk, (int) (address - chunk), rest) : rest;
    }

    @Override
    public void source(FrameDescriptor frame, EndpointView into) {
        SocketAddresses.read(umem.memory(), umem.frameAddress(frame.address()) + DatagramLayout.NAME, into);
    }

    @Override
    public void destination(FrameDescriptor frame, EndpointView into) {
        MemorySegment memory = umem.memory();
        long at = layout.tellsLocalAddress()
                ? layout.localAddress(memory, umem.frameAddress(frame.address()))
                : ControlMessages.NONE;
        if (at == ControlMessages.NONE) {
            into.copyFrom(bound);
        } else if (layout.isIpv4()) {
            into.setIpv4(memory.get(BIG_INT, at + IPV4_TO), port);
        } else {
            into.setIpv6(memory.get(BIG_LONG, at), memory.get(BIG_LONG, at + Long.BYTES), port);
        }
    }

    @Override
    public long timestampNs(FrameDescriptor frame) {
        MemorySegment memory = umem.memory();
        long at = layout.tellsTime() ? layout.time(memory, umem.frameAddress(frame.address())) : ControlMessages.NONE;
        return at == ControlMessages.NONE ? 0 : memory.get(LONG, at) * NS_PER_S + memory.get(LONG, at + Long.BYTES);
    }
}

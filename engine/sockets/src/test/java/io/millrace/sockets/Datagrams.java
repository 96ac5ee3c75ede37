package io.millrace.sockets;

import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frames as the kernel fills them at a multishot recvmsg, written byte by byte from its header files. */
public final class Datagrams {
    public static final int FRAME_SIZE = 4096;
    private static final int FRAMES = 8;
    private static final int OUT = 16;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TIMESTAMPNS = 35;
    private static final int IPPROTO_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_GRO = 104;

    private final Umem umem;
    private final DatagramLayout layout;
    private final InetSocketAddress bound;

    public Datagrams(
            Arena arena, InetSocketAddress bound, boolean tellsLocalAddress, boolean tellsTime, boolean coalesces) {
        this.umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
        this.layout = new DatagramLayout(
                bound.getAddress().getAddress().length == 4, tellsLocalAddress, tellsTime, coalesces);
        this.bound = bound;
    }

    public Umem umem() {
        return umem;
    }

    DatagramLayout layout() {
        return layout;
    }

    /** What a port knows of its frames. */
    public FrameMetadata metadata() {
        return new DatagramMetadata(umem, layout, bound);
    }

    /** A datagram that is being written. */
    public final class Arrival {
        private final int frame;
        private final ByteBuffer bytes;
        private final ByteBuffer control = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        private int flags;

        private Arrival(int frame) {
            this.frame = frame;
            MemorySegment memory = umem.memory().asSlice((long) frame * FRAME_SIZE, FRAME_SIZE);
            memory.fill((byte) 0xa5); // nothing may rely on what was there
            this.bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        public Arrival from(InetSocketAddress sender) {
            name(bytes, OUT, sender);
            return this;
        }

        /** Adds the address of the interface, where that is a different one. */
        public Arrival to(InetAddress destination, InetAddress own) {
            byte[] address = destination.getAddress();
            if (address.length == 4) {
                message(IPPROTO_IP, IP_PKTINFO, 12)
                        .putInt(7)
                        .put(own.getAddress())
                        .put(address);
            } else {
                message(IPPROTO_IPV6, IPV6_PKTINFO, 20).put(address).putInt(7);
            }
            return this;
        }

        public Arrival at(long seconds, long nanoseconds) {
            message(SOL_SOCKET, SO_TIMESTAMPNS, 16).putLong(seconds).putLong(nanoseconds);
            return this;
        }

        public Arrival coalesced(int segment) {
            message(IPPROTO_UDP, UDP_GRO, 4).putInt(segment);
            return this;
        }

        public Arrival flags(int newFlags) {
            flags = newFlags;
            return this;
        }

        private ByteBuffer message(int level, int type, int length) {
            control.position(control.position() + 7 & -8);
            return control.putLong(16L + length).putInt(level).putInt(type);
        }

        /** Puts the payload behind; returns its address. */
        public long with(byte[] payload) {
            int nameLength = layout.isIpv4() ? 16 : 28;
            bytes.putInt(0, nameLength)
                    .putInt(4, control.position())
                    .putInt(8, payload.length)
                    .putInt(12, flags);
            bytes.put(OUT + (layout.isIpv4() ? 16 : 32), control.array(), 0, control.position());
            bytes.put(layout.payloadOffset(), payload);
            return (long) frame * FRAME_SIZE + layout.payloadOffset();
        }
    }

    public Arrival arrive(int frame) {
        return new Arrival(frame);
    }

    /** {@code struct sockaddr_in} or {@code sockaddr_in6}. */
    static void name(ByteBuffer into, int at, InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        into.putShort(at, host.length == 4 ? AF_INET : AF_INET6);
        into.put(at + 2, (byte) (address.getPort() >> 8)).put(at + 3, (byte) address.getPort());
        into.put(at + (host.length == 4 ? 4 : 8), host);
    }
}

package io.millrace.lab.traffic;

import io.millrace.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

/**
 * Datagrams by an ordinary socket of the JDK, a system call each. A round trip lasts from the write of the time stamp
 * to the return of the call that received the echo.
 */
public final class UdpTransport extends EchoTransport {
    /** What is asked for; the kernel grants {@code net.core.rmem_max}, doubled for its own overhead. */
    private static final int SOCKET_BUFFER = 4 << 20;
    /** What a datagram of some hundred bytes takes of such a buffer, seldom more than half of it. */
    private static final int CHARGE = 1_280;

    private static final int MOST_ON_THEIR_WAY = 1_024;
    private static final int LEAST_ON_THEIR_WAY = 32;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int RX_BATCH = 64;

    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final int length;
    private final int window;
    private final ByteBuffer out;
    private final ByteBuffer in;
    private final MemorySegment sending;
    private final MemorySegment received;
    private final MemorySegment expected;
    private long sent;
    private volatile String failure = "";

    private UdpTransport(DatagramChannel channel, int length) throws IOException {
        this.channel = channel;
        this.length = length;
        local = (InetSocketAddress) channel.getLocalAddress();
        window = window(channel.getOption(StandardSocketOptions.SO_RCVBUF));
        out = ByteBuffer.allocateDirect(length);
        in = ByteBuffer.allocateDirect(length + 1); // a longer echo shows as one byte more
        for (int i = 0; i < length; i++) {
            out.put(i, FrameTemplate.pattern(i));
        }
        sending = MemorySegment.ofBuffer(out);
        received = MemorySegment.ofBuffer(in);
        byte[] pattern = new byte[length];
        out.get(0, pattern);
        expected = MemorySegment.ofArray(pattern);
    }

    /**
     * Opens a socket whose peer is whatever echoes.
     *
     * @param length of the datagrams' payload, with room for a {@link PayloadStamp}'s 20 bytes
     * @throws HostException if there is no way to it
     */
    public static UdpTransport open(InetSocketAddress peer, int length) {
        if (length < PayloadStamp.LENGTH) {
            throw new IllegalArgumentException("payload of " + length + " bytes; choose " + PayloadStamp.LENGTH
                    + " or more, for a sequence number, a time and a seal");
        }
        DatagramChannel channel = null;
        try {
            channel = DatagramChannel.open(
                    peer.getAddress().getAddress().length == Integer.BYTES
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            channel.configureBlocking(false);
            channel.connect(peer);
            return new UdpTransport(channel, length);
        } catch (IOException e) {
            close(channel);
            throw new HostException(
                    "no UDP socket can be connected to " + peer + ", " + e.getMessage()
                            + "; check the address and the route",
                    e);
        }
    }

    /**
     * Datagrams that neither this receive buffer nor a peer's of the same size overflows with. Up to a quarter of it
     * stays charged for datagrams that are out already.
     */
    static int window(int receiveBuffer) {
        return Math.clamp(2L * receiveBuffer * 3 / 4 / CHARGE, LEAST_ON_THEIR_WAY, MOST_ON_THEIR_WAY);
    }

    @Override
    void send(int wanted) {
        try {
            for (int i = 0; i < wanted; i++) {
                PayloadStamp.write(sending, 0, sent, System.nanoTime());
                if (channel.write(out.clear()) == 0) {
                    return; // the send buffer is full
                }
                sent++;
            }
        } catch (IOException e) {
            failure = reason(e); // of an earlier datagram, or for want of memory: this one has not been sent
        }
    }

    @Override
    long sent() {
        return sent;
    }

    @Override
    int receive() {
        int count = 0;
        try {
            while (count < RX_BATCH && channel.receive(in.clear()) != null) {
                check(in.position(), System.nanoTime());
                count++;
            }
        } catch (IOException e) {
            failure = reason(e); // an ICMP message: nothing echoes there
        }
        return count;
    }

    private void check(int echoLength, long nowNs) {
        if (echoLength == length
                && MemorySegment.mismatch(received, PayloadStamp.LENGTH, length, expected, PayloadStamp.LENGTH, length)
                        < 0
                && PayloadStamp.isIntact(received, 0)) {
            tally().countEcho(PayloadStamp.sequence(received, 0), sent, PayloadStamp.timeNs(received, 0), nowNs);
        } else {
            tally().countCorrupted();
        }
    }

    @Override
    boolean sending() {
        return false;
    }

    @Override
    int window() {
        return window;
    }

    @Override
    boolean alwaysWindowed() {
        return true;
    }

    @Override
    long patienceNs() {
        return PATIENCE_NS;
    }

    /** Datagrams that the kernel had no room for at this socket, while it is open. By any thread. */
    public long drops() {
        return UdpDrops.of(local);
    }

    /** What the last system call that failed said, or "". By any thread. */
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(DatagramChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

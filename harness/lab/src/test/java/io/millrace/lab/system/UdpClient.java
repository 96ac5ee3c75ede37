package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * An ordinary UDP client, of the JDK's own sockets, which knows nothing of the engine. It is not connected, since such
 * a channel of the JDK sends no empty datagrams, and checks by itself who answers. Used by one thread only.
 */
final class UdpClient implements AutoCloseable {
    private static final int LONGEST = 65_536;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final long DEADLINE_MS = 10_000;

    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final ByteBuffer in = ByteBuffer.allocateDirect(LONGEST);
    private final ByteBuffer out = ByteBuffer.allocateDirect(LONGEST);
    private SocketAddress sender;

    private UdpClient(DatagramChannel channel, InetSocketAddress server) {
        this.channel = channel;
        this.server = server;
    }

    /** Talks to one address. */
    static UdpClient to(InetSocketAddress server) {
        return bound(null, server);
    }

    /** Talks to nobody yet, and hears everybody. */
    static UdpClient at(InetAddress address) {
        return bound(new InetSocketAddress(address, 0), null);
    }

    /**
     * @param local  what to bind to, or null
     * @param server the only one to talk to, or null
     */
    static UdpClient bound(InetSocketAddress local, InetSocketAddress server) {
        return bound(local, server, null);
    }

    /** @param groups what datagrams to groups leave by, or null */
    static UdpClient bound(InetSocketAddress local, InetSocketAddress server, NetworkInterface groups) {
        InetAddress any = (local == null ? server : local).getAddress();
        try {
            DatagramChannel channel = DatagramChannel.open(
                    any.getAddress().length == Integer.BYTES
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            if (groups != null) {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, groups);
            }
            channel.bind(local);
            channel.configureBlocking(false);
            return new UdpClient(channel, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress localAddress() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends to the server. */
    void send(byte[] payload) {
        send(payload, server);
    }

    void send(byte[] payload, InetSocketAddress to) {
        out.clear();
        send(out.put(payload).flip(), to);
    }

    /** Sends what remains in a direct buffer to the server, as one datagram. */
    void send(ByteBuffer payload) {
        send(payload, server);
    }

    private void send(ByteBuffer payload, InetSocketAddress to) {
        int length = payload.remaining();
        try {
            while (channel.send(payload, to) < length) {
                Thread.onSpinWait(); // the send buffer is full
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next datagram that is there, or null; valid until the next call. */
    ByteBuffer poll() {
        in.clear();
        try {
            sender = channel.receive(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (sender == null) {
            return null;
        }
        if (server != null) {
            assertEquals(server, sender, "who answers");
        }
        return in.flip();
    }

    /** Who sent what came last. */
    InetSocketAddress sender() {
        return (InetSocketAddress) sender;
    }

    /** The next datagram, for which it waits. */
    byte[] receive() {
        byte[] datagram = receive(DEADLINE_MS);
        if (datagram == null) {
            fail("no datagram within " + DEADLINE_MS + " ms");
        }
        return datagram;
    }

    /** The next datagram, or null if none comes within the time. */
    byte[] receive(long timeoutMs) {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000;
        ByteBuffer datagram = poll();
        while (datagram == null && System.nanoTime() - deadline < 0) {
            Thread.yield();
            datagram = poll();
        }
        if (datagram == null) {
            return null;
        }
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        return bytes;
    }

    /** Asks the server, and returns the answer. */
    byte[] ask(byte[] question) {
        send(question);
        return receive();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

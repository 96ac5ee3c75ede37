package io.millrace.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * A UDP sink or echo server on a DatagramChannel of the JDK: one thread, one direct buffer. {@code busy}: a loop that
 * never sleeps; {@code wait}: a selector, up to 256 datagrams a wake-up.
 */
public final class NioUdp {
    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int BUFFER_SIZE = 2048;
    private static final int BATCH = 256;

    private final Counts counts = new Counts();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final DatagramChannel channel;
    private final boolean echo;

    private NioUdp(InetSocketAddress address, boolean echo) throws IOException {
        this.echo = echo;
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
        channel.bind(address);
        channel.configureBlocking(false);
    }

    /** Runs until SIGTERM. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println("usage: NioUdp sink|echo busy|wait ADDRESS PORT");
            System.exit(2);
        }
        NioUdp peer = new NioUdp(new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3])),
            arguments[0].equals("echo"));
        peer.counts.tell(() -> 0);
        if (arguments[1].equals("busy")) {
            peer.spin();
        } else {
            peer.select();
        }
    }

    private void spin() throws IOException {
        while (true) {
            if (!turn()) {
                Thread.onSpinWait();
            }
        }
    }

    private void select() throws IOException {
        Selector selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        while (true) {
            selector.select(key -> { });
            int left = BATCH;
            while (left > 0 && turn()) {
                left--;
            }
        }
    }

    /** One datagram; false when there is none. */
    private boolean turn() throws IOException {
        buffer.clear();
        SocketAddress sender = channel.receive(buffer);
        if (sender == null) {
            return false;
        }
        buffer.flip();
        int length = buffer.remaining();
        counts.received(length);
        if (!echo) {
            return true;
        }
        counts.sent(length);
        if (channel.send(buffer, sender) != length) {
            counts.failed();
        }
        return true;
    }
}

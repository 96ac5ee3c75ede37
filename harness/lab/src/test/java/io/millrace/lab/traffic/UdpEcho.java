package io.millrace.lab.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/** A socket on the loopback interface that sends every datagram back, or does something else with it. */
final class UdpEcho implements AutoCloseable {
    private final DatagramChannel channel;
    private final Thread thread;

    /** What is done with a datagram. */
    @FunctionalInterface
    interface Answer {
        /** @param index of the datagram, from 0 */
        void to(ByteBuffer datagram, int index, Reply reply) throws IOException;
    }

    /** Sends to where the datagram came from. */
    @FunctionalInterface
    interface Reply {
        void send(ByteBuffer datagram) throws IOException;
    }

    private UdpEcho(DatagramChannel channel, Answer answer) {
        this.channel = channel;
        thread = Thread.ofPlatform().name("udp-echo").daemon(true).start(() -> serve(answer));
    }

    static UdpEcho open(String address, Answer answer) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 22);
        channel.bind(new InetSocketAddress(address, 0));
        return new UdpEcho(channel, answer);
    }

    private void serve(Answer answer) {
        ByteBuffer datagram = ByteBuffer.allocateDirect(2_048);
        try {
            for (int index = 0; ; index++) {
                SocketAddress from = channel.receive(datagram.clear());
                answer.to(datagram.flip(), index, bytes -> channel.send(bytes, from));
            }
        } catch (ClosedChannelException e) {
            // The end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

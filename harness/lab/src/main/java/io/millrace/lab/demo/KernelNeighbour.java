package io.millrace.lab.demo;

import io.millrace.lab.net.VethPair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes ordinary traffic through the interface that the engine holds: again and again an ICMP echo request, and a TCP
 * connection to an echo server. Neither matches any of the engine's rules, so the kernel has to answer.
 */
final class KernelNeighbour implements AutoCloseable {
    private static final int TCP_PORT = 7;
    private static final int TIMEOUT_MS = 2_000;
    private static final long PAUSE_MS = 500;
    private static final int LENGTH = 1_000;

    private final VethPair.End client;
    private final VethPair.End server;
    private final ServerSocketChannel listener;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Result result = new Result(0, 0, 0, 0, "");

    /**
     * The result.
     *
     * @param tried       the number of attempts
     * @param connections attempts with a TCP connection that echoed
     * @param pings       attempts with an answered echo request
     * @param worstNs     the longest connection that succeeded, from connect to the last byte
     * @param failure     what the last failure was, or ""
     */
    record Result(int tried, int connections, int pings, long worstNs, String failure) {
        boolean fine() {
            return tried > 0 && connections == tried && pings == tried;
        }
    }

    private KernelNeighbour(VethPair.End client, VethPair.End server, ServerSocketChannel listener) {
        this.client = client;
        this.server = server;
        this.listener = listener;
        Thread.ofPlatform().name("tcp-echo").daemon(true).start(this::serve);
        thread = Thread.ofPlatform().name("neighbour").daemon(true).unstarted(this::probe);
    }

    static KernelNeighbour open(VethPair.End client, VethPair.End server) {
        ServerSocketChannel listener = server.namespace()
                .call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(server.ipv4Address(), TCP_PORT)));
        return new KernelNeighbour(client, server, listener);
    }

    void start() {
        thread.start();
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        while (listener.isOpen()) {
            try (SocketChannel connection = listener.accept()) {
                while (connection.read(buffer.clear()) >= 0) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        connection.write(buffer);
                    }
                }
            } catch (IOException e) {
                // The client gave up, or the demo is over.
            }
        }
    }

    private void probe() {
        do {
            result = tried(result);
        } while (pause());
    }

    /** Tries once without counting it, so that classes get loaded and the kernel learns its neighbours. */
    void rehearse() {
        tried(result);
    }

    private Result tried(Result before) {
        String failure = before.failure;
        boolean pinged = client.namespace().ping(server.ipv4Address(), TIMEOUT_MS);
        if (!pinged) {
            failure = "no answer to a ping for " + TIMEOUT_MS + " ms";
        }
        long startNs = System.nanoTime();
        boolean connected = true;
        try {
            connect();
        } catch (IOException | UncheckedIOException e) {
            connected = false;
            failure = "TCP: " + e.getMessage();
        }
        long tookNs = System.nanoTime() - startNs;
        return new Result(
                before.tried + 1,
                before.connections + (connected ? 1 : 0),
                before.pings + (pinged ? 1 : 0),
                Math.max(before.worstNs, connected ? tookNs : 0),
                failure);
    }

    private void connect() throws IOException {
        SocketAddress address = listener.getLocalAddress();
        try (SocketChannel channel = client.namespace().call(SocketChannel::open);
                Socket socket = channel.socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(address, TIMEOUT_MS);
            byte[] sent = new byte[LENGTH];
            Arrays.fill(sent, (byte) 'k');
            socket.getOutputStream().write(sent);
            InputStream input = socket.getInputStream();
            if (!Arrays.equals(sent, input.readNBytes(LENGTH))) {
                throw new IOException("the echo differs");
            }
        }
    }

    private boolean pause() {
        try {
            return !stopped.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Ends the attempts, and tells what came of them. */
    Result stop() {
        stopped.countDown();
        try {
            thread.join(3L * TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

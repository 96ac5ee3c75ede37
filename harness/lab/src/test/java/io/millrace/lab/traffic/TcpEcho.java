package io.millrace.lab.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens on the loopback interface and sends every byte back, or does something else with it. */
final class TcpEcho implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();

    /** What is done with what was read. */
    @FunctionalInterface
    interface Answer {
        /**
         * @param bytes    from the position on that the connection has got to
         * @param position of the first of them in the stream
         * @param connection from 0
         */
        void to(ByteBuffer bytes, long position, int connection, SocketChannel back) throws IOException;
    }

    private TcpEcho(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static TcpEcho open(Answer answer) throws IOException {
        TcpEcho echo = new TcpEcho(ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0)));
        echo.start(() -> echo.accept(answer));
        return echo;
    }

    private void start(Runnable work) {
        threads.add(Thread.ofPlatform().name("tcp-echo").daemon(true).start(work));
    }

    private void accept(Answer answer) {
        try {
            for (int i = 0; ; i++) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                int index = i;
                start(() -> serve(connection, index, answer));
            }
        } catch (IOException e) {
            // Closed: the end.
        }
    }

    private static void serve(SocketChannel connection, int index, Answer answer) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(10_000);
        long position = 0;
        try {
            for (int n = connection.read(bytes); n >= 0; n = connection.read(bytes.clear())) {
                bytes.flip();
                answer.to(bytes, position, index, connection);
                position += n;
            }
            connection.close();
        } catch (IOException e) {
            // Closed by the test or by its answer.
        }
    }

    /** Sends all of it. */
    static void send(ByteBuffer bytes, SocketChannel back) throws IOException {
        while (bytes.hasRemaining()) {
            back.write(bytes);
        }
    }

    InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

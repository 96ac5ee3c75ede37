package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;

/**
 * Many connections to an echo server, each of which writes its own byte sequence in pieces of random sizes, and
 * compares what comes back. Used by one thread only.
 */
final class EchoClients implements AutoCloseable {
    private static final long PATIENCE_MS = 20_000;
    private static final int LARGEST_WRITE = 100_000;

    private final Random random;
    private final long bytes;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BytePattern.MOST);
    private int open;
    private long received;

    private static final class Client {
        final BytePattern pattern;
        long sent;
        long received;

        Client(long seed) {
            pattern = new BytePattern(seed);
        }
    }

    /** @param bytes of each connection */
    private EchoClients(long bytes, long seed) throws IOException {
        this.bytes = bytes;
        this.random = new Random(seed);
        this.selector = Selector.open();
    }

    static EchoClients open(InetSocketAddress server, int count, long bytes, long seed) throws IOException {
        EchoClients clients = new EchoClients(bytes, seed);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.configureBlocking(false);
            channel.register(
                    clients.selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, new Client(seed * count + i));
        }
        clients.open = count;
        return clients;
    }

    /** Bytes that came back. */
    long received() {
        return received;
    }

    /** Until every byte has come back and the server has closed its side of each connection. */
    void run() throws IOException {
        run(Long.MAX_VALUE);
    }

    /** Runs until then, or until so many bytes have come back. */
    void run(long enough) throws IOException {
        while (open > 0 && received < enough) {
            assertTrue(
                    selector.select(this::step, PATIENCE_MS) > 0,
                    () -> "nothing moves any more; " + open + " connections wait, " + received + " bytes came back");
        }
    }

    private void step(SelectionKey key) {
        try {
            if (key.isReadable()) {
                read(key, (Client) key.attachment());
            }
            if (key.isValid() && key.isWritable()) {
                write(key, (Client) key.attachment());
            }
        } catch (IOException e) {
            fail("after " + ((Client) key.attachment()).received + " bytes", e);
        }
    }

    private void write(SelectionKey key, Client client) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        int size = (int) Math.min(1 + random.nextInt(random.nextInt(1, LARGEST_WRITE)), bytes - client.sent);
        client.sent += channel.write(client.pattern.bytes(client.sent, size));
        if (client.sent == bytes) {
            channel.shutdownOutput();
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void read(SelectionKey key, Client client) throws IOException {
        buffer.clear();
        int count = ((SocketChannel) key.channel()).read(buffer);
        if (count < 0) {
            assertEquals(bytes, client.received, "bytes that came back before the end");
            key.channel().close();
            open--;
            return;
        }
        client.pattern.assertSame(buffer.flip(), client.received);
        client.received += count;
        received += count;
        assertTrue(client.received <= client.sent, "more came back than was sent");
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Numbered datagrams to one UDP port, which either the engine gets or the kernel's own socket on that port: each of
 * them exactly once, whoever it is. Sent by one thread, seen by one stage.
 */
final class Flow implements AutoCloseable {
    private final int port;
    private final UdpClient sender;
    private final UdpClient socket;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(Integer.BYTES);
    private final BitSet byEngine = new BitSet();
    private final BitSet byKernel = new BitSet();
    private volatile int sent;

    Flow(VethPair pair, int port) {
        this(pair.left().namespace(), pair.right().namespace(), pair.right().ipv4Address(), port);
    }

    Flow(Namespace from, Namespace to, InetAddress server, int port) {
        this.port = port;
        sender = from.call(() -> UdpClient.to(new InetSocketAddress(server, port)));
        socket = to.call(() -> UdpClient.bound(new InetSocketAddress(server, port), null));
    }

    int port() {
        return port;
    }

    void send() {
        payload.clear();
        sender.send(payload.putInt(sent).flip());
        sent++;
    }

    int sent() {
        return sent;
    }

    /** Notes that the stage has got a datagram. */
    synchronized void atEngine(int number) {
        assertFalse(byEngine.get(number), () -> number + " to " + port + " a second time");
        byEngine.set(number);
    }

    /** Takes what the kernel's socket has. */
    private void drain() {
        for (ByteBuffer datagram = socket.poll(); datagram != null; datagram = socket.poll()) {
            int number = datagram.getInt();
            assertFalse(byKernel.get(number), () -> number + " to " + port + " a second time");
            byKernel.set(number);
        }
    }

    synchronized int atEngine() {
        return byEngine.cardinality();
    }

    synchronized int atKernel() {
        drain();
        return byKernel.cardinality();
    }

    synchronized int onTheirWay() {
        drain();
        return sent - byEngine.cardinality() - byKernel.cardinality();
    }

    /** Each datagram came out at one of the ends, and none at both. */
    synchronized void assertComplete() {
        drain();
        assertFalse(byEngine.intersects(byKernel), () -> port + ": some came out at both ends");
        assertEquals(sent, byEngine.cardinality() + byKernel.cardinality(), this::toString);
    }

    @Override
    public synchronized String toString() {
        return port + ": sent " + sent + ", engine " + byEngine.cardinality() + ", kernel " + byKernel.cardinality();
    }

    @Override
    public void close() {
        sender.close();
        socket.close();
    }
}

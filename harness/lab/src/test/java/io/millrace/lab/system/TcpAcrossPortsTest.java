package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.config.Defaults;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that comes by one port and goes out by another loses nothing, however slow or late the other side is. */
@Slow
@Timeout(60)
class TcpAcrossPortsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String SMALL = "frames = 128, buffers = 32, high-water = 64KiB,"
            + " low-water = 16KiB, send-buffer = 16KiB, receive-buffer = 16KiB";
    private static final int MIB = 1 << 20;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private ServerSocket server(int port) throws IOException {
        ServerSocket server = rig.add(new ServerSocket());
        server.setReuseAddress(true);
        server.setReceiveBufferSize(16_384);
        server.bind(new InetSocketAddress(HERE, port));
        return server;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            return server.getLocalPort();
        }
    }

    private Engine start(String engine, String in, int to, String out) {
        return rig.start("millrace { engine { " + engine + " }, ports {\n in { type = tcp, bind = \"127.0.0.1:0\", "
                + SMALL
                + ", frame-size = 4KiB\n" + in + " }\n out { type = tcp, connect = \"127.0.0.1:" + to + "\","
                + " reconnect-min = 20ms, reconnect-max = 50ms, " + SMALL + ", "
                + Defaults.under(out, "frame-size = 4KiB") + " } }\n pipeline = [ { stage = forward, to = out } ] }");
    }

    private Socket client(Engine engine, String port) throws IOException {
        InetSocketAddress at = TcpRig.address(TcpRig.port(engine, port));
        Socket socket = rig.add(new Socket(at.getAddress(), at.getPort()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static CompletableFuture<Integer> write(Socket socket, BytePattern pattern, int bytes) {
        return Await.background(() -> {
            int size = 50_000;
            for (int sent = 0; sent < bytes; sent += size) {
                socket.getOutputStream().write(pattern.copy(sent, Math.min(size, bytes - sent)));
            }
            return bytes;
        });
    }

    private static void read(Socket socket, BytePattern pattern, int from, int to) throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (int received = from; received < to; ) {
            int count = socket.getInputStream().read(buffer, 0, Math.min(buffer.length, to - received));
            assertTrue(count > 0, "the end after " + received + " of " + to);
            pattern.assertSame(ByteBuffer.wrap(buffer, 0, count), received);
            received += count;
        }
    }

    private static void awaitHeldBack(Engine engine) {
        long[] last = {-1, System.nanoTime()};
        Await.until("nothing more is read", () -> {
            long bytes = TcpRig.port(engine, "in").get(PortCounter.RX_BYTES);
            if (bytes != last[0]) {
                last[0] = bytes;
                last[1] = System.nanoTime();
            }
            return bytes > 0 && System.nanoTime() - last[1] > 200_000_000;
        });
    }

    private static void assertNothingLost(Engine engine, long bytes) {
        TcpRig.closeAndCheck(engine);
        PortStatistics in = TcpRig.port(engine, "in");
        assertEquals(in.get(PortCounter.RX_FRAMES), in.get(PortCounter.FORWARDED), in::toString);
        assertEquals(bytes, TcpRig.port(engine, "out").get(PortCounter.TX_BYTES));
        assertEquals(0, TcpRig.port(engine, "out").get(PortCounter.TX_FAILED));
    }

    /** Pieces that are longer than the other port's frames are not too long for a stream. */
    @ParameterizedTest
    @CsvSource({"inline, ''", "pipelined, ''", "pipelined, frame-size = 2KiB", "inline, zero-copy-above = 1000"})
    void shouldHoldSourceBackWhileItsTargetIsFull(String mode, String out) throws Exception {
        ServerSocket server = server(0);
        Engine engine = start("mode = " + mode, "", server.getLocalPort(), out);
        Socket peer = rig.add(server.accept());
        Socket source = client(engine, "in");
        BytePattern pattern = new BytePattern(1);
        CompletableFuture<Integer> writer = write(source, pattern, 8 * MIB);
        awaitHeldBack(engine);
        assertTrue(TcpRig.port(engine, "in").get(PortCounter.RX_BYTES) < 2 * MIB);
        read(peer, pattern, 0, 8 * MIB);
        assertEquals(8 * MIB, writer.get());
        assertNothingLost(engine, 8 * MIB);
    }

    /** Also when the source has gone by the time that there is a connection. */
    @ParameterizedTest
    @CsvSource({"inline, false", "pipelined, false", "pipelined, true"})
    void shouldHoldSourceBackUntilThereIsConnection(String mode, boolean closes) throws Exception {
        int number = closedPort();
        Engine engine = start("mode = " + mode + ", idle = wait", "", number, "");
        Socket source = client(engine, "in");
        BytePattern pattern = new BytePattern(2);
        int bytes = closes ? 20_000 : 6 * MIB;
        CompletableFuture<Integer> writer = write(source, pattern, bytes);
        if (closes) {
            writer.get();
            source.close();
        }
        awaitHeldBack(engine); // its end may have come before that, or is still to be read
        try (Socket peer = server(number).accept()) {
            read(peer, pattern, 0, bytes);
            writer.get();
            assertNothingLost(engine, bytes);
        }
    }

    /** The next connection goes on with what comes after the end of the last one. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldGoOnWithTheNextConnection(String mode) throws Exception {
        ServerSocket server = server(0);
        Engine engine = start("mode = " + mode, "", server.getLocalPort(), "");
        Socket source = client(engine, "in");
        try (Socket first = server.accept()) {
            source.getOutputStream().write(1);
            assertEquals(1, first.getInputStream().read());
            server.close();
        }
        Await.until("gone", () -> TcpRig.port(engine, "out").get(PortCounter.CLOSED) == 1);
        BytePattern pattern = new BytePattern(3);
        CompletableFuture<Integer> writer = write(source, pattern, 2 * MIB);
        awaitHeldBack(engine);
        try (Socket next = server(server.getLocalPort()).accept()) {
            read(next, pattern, 0, 2 * MIB);
            writer.get();
            assertNothingLost(engine, 2 * MIB + 1);
        }
    }

    /** The reason is in a counter of its own, and the engine goes on. */
    @ParameterizedTest
    @CsvSource({"inline, false", "pipelined, false", "inline, true", "pipelined, true"})
    void shouldCloseSourceThatWaitsTooLong(String mode, boolean connected) throws Exception {
        ServerSocket server = connected ? server(0) : null;
        Engine engine = start(
                "mode = " + mode,
                "wait-timeout = 300ms",
                connected ? server.getLocalPort() : closedPort(),
                "write-timeout = 0s, wait-timeout = 300ms");
        Socket peer = connected ? rig.add(server.accept()) : null;
        Socket source = client(engine, "in");
        assertThrows(Exception.class, () -> {
            write(source, new BytePattern(4), 16 * MIB).get();
            assertEquals(-2, source.getInputStream().read());
        });
        Await.until("closed", () -> TcpRig.port(engine, "in").get(PortCounter.WAIT_TIMED_OUT) == 1);
        assertEquals(1, TcpRig.port(engine, "in").get(PortCounter.FAILED));
        if (connected) {
            peer.close();
        } else {
            Await.until("what waited is counted", () -> {
                PortStatistics out = TcpRig.port(engine, "out");
                return out.get(PortCounter.TX_FAILED) > 0
                        && out.get(PortCounter.TX_FAILED)
                                == TcpRig.port(engine, "in").get(PortCounter.FORWARDED);
            });
        }
        TcpRig.closeAndCheck(engine);
    }

    /**
     * Bytes that are on their way when the engine stops have the drain time-out, also for a connection that comes then.
     */
    @ParameterizedTest
    @CsvSource({"inline, true", "pipelined, true", "inline, false", "pipelined, false"})
    void shouldSendWhatWaitsWhenItStops(String mode, boolean comes) throws Exception {
        int number = closedPort();
        Engine engine = start("mode = " + mode + ", drain-timeout = " + (comes ? "20s" : "200ms"), "", number, "");
        Socket source = client(engine, "in");
        BytePattern pattern = new BytePattern(5);
        source.getOutputStream().write(pattern.copy(0, 10_000));
        Await.until("received", () -> TcpRig.port(engine, "in").get(PortCounter.RX_BYTES) == 10_000);
        CompletableFuture<Integer> closing = Await.background(() -> {
            engine.close();
            return 0;
        });
        if (comes) {
            try (Socket peer = server(number).accept()) {
                read(peer, pattern, 0, 10_000);
                long startNs = System.nanoTime();
                closing.get();
                assertTrue(System.nanoTime() - startNs < 10_000_000_000L, "it does not wait for more");
            }
            assertNothingLost(engine, 10_000);
        } else {
            closing.get();
            TcpRig.closeAndCheck(engine);
            assertEquals(
                    TcpRig.port(engine, "in").get(PortCounter.FORWARDED),
                    TcpRig.port(engine, "out").get(PortCounter.TX_FAILED));
        }
    }

    /** Joins the newest connections of two ports. */
    private static final class Joins implements Stage {
        private final long[] ids = new long[2];
        private volatile int known;

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.ESTABLISHED) {
                ids[connection.portId()] = connection.id();
                known++;
            }
        }

        @Override
        public void onFrame(Frame frame) {
            int other = 1 - frame.portId();
            frame.forward(other, ids[other]);
        }
    }

    /** Two ports that are full of frames for each other, with no frame left for a copy, go on when their peers read. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldNotLockUpWhenTwoPortsAreFullOfFramesForEachOther(String mode) throws Exception {
        Joins joins = new Joins();
        String tiny = " { type = tcp, bind = \"127.0.0.1:0\", frames = 16, buffers = 8, frame-size = 2KiB,"
                + " high-water = 1MiB, low-water = 1KiB, send-buffer = 8KiB, receive-buffer = 64KiB }\n";
        Engine engine = rig.start(
                "millrace { engine { mode = " + mode + " }, ports {\n in" + tiny + " out" + tiny
                        + " }\n pipeline = [ { stage = count } ] }",
                Map.of("joins", joins));
        Socket one = client(engine, "in");
        Socket other = client(engine, "out");
        Await.until("joined", () -> joins.known == 2);
        BytePattern there = new BytePattern(6);
        BytePattern back = new BytePattern(7);
        CompletableFuture<Integer> first = write(one, there, 8 * MIB);
        CompletableFuture<Integer> second = write(other, back, 8 * MIB);
        awaitHeldBack(engine);
        CompletableFuture<Integer> reader = Await.background(() -> {
            read(one, back, 0, 8 * MIB);
            return 0;
        });
        read(other, there, 0, 8 * MIB);
        reader.get();
        assertEquals(16 * MIB, first.get() + second.get());
        TcpRig.closeAndCheck(engine);
        assertEquals(
                0,
                TcpRig.port(engine, "in").get(PortCounter.DROPPED_TX_FULL)
                        + TcpRig.port(engine, "out").get(PortCounter.DROPPED_TX_FULL));
    }

    /** A connection that a stage has named, and that is over, takes nothing: that is counted. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountBytesForNamedConnectionThatIsOver(String mode) throws Exception {
        Joins joins = new Joins();
        Engine engine = rig.start(
                "millrace { engine { mode = " + mode + " }, ports {\n"
                        + " in { type = tcp, bind = \"127.0.0.1:0\" }\n out { type = tcp, bind = \"127.0.0.1:0\" } }\n"
                        + " pipeline = [ { stage = count } ] }",
                Map.of("joins", joins));
        Socket one = client(engine, "in");
        Socket other = client(engine, "out");
        Await.until("joined", () -> joins.known == 2);
        other.close();
        Await.until("over", () -> TcpRig.port(engine, "out").get(PortCounter.CLOSED) == 1);
        one.getOutputStream().write(1);
        Await.until("gone", () -> TcpRig.port(engine, "in").get(PortCounter.DROPPED_GONE) == 1);
        TcpRig.closeAndCheck(engine);
    }
}

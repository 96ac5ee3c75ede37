package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames leave by the connection that a stage names, and connections end when a stage says so. */
@Slow
@Timeout(60)
class TcpForwardTest {
    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private Socket open(Engine engine) throws IOException {
        InetSocketAddress server = TcpRig.address(engine);
        Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Joins the first two connections: what comes by one leaves by the other. */
    private static final class Proxy implements Stage {
        private final List<Long> ids = new ArrayList<>();
        private volatile int joined;
        private int port;

        @Override
        public void configure(StageContext context) {
            port = context.portId("p");
        }

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.ESTABLISHED) {
                ids.add(connection.id());
                joined = ids.size();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            frame.forward(port, ids.get(frame.connection().id() == ids.getFirst() ? 1 : 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"inline, auto, off", "pipelined, off, off", "pipelined, auto, 2000"})
    void shouldLoseNothingBetweenTwoConnectionsWhenTheTargetIsSlow(String mode, String bundles, String zeroCopy)
            throws Exception {
        Proxy proxy = new Proxy();
        Engine engine = rig.start(
                TcpRig.config(
                        "mode = " + mode,
                        "frames = 256, buffers = 64, frame-size = 4KiB,"
                                + " high-water = 64KiB, low-water = 16KiB, send-buffer = 64KiB, bundles = " + bundles
                                + ", zero-copy-above = " + zeroCopy,
                        "{ stage = count }"),
                "proxy",
                proxy);
        Socket one = open(engine);
        Socket other = open(engine);
        Await.until("joined", () -> proxy.joined == 2);
        BytePattern there = new BytePattern(1);
        BytePattern back = new BytePattern(2);
        int bytes = 6 << 20;
        List<CompletableFuture<Long>> all = List.of(
                Await.background(() -> write(one, there, bytes)),
                Await.background(() -> write(other, back, bytes)),
                Await.background(() -> read(one, back, bytes, false)),
                Await.background(() -> read(other, there, bytes, true)));
        for (CompletableFuture<Long> each : all) {
            assertEquals(bytes, each.get());
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(0, TcpRig.get(engine, PortCounter.DROPPED_TX_FULL));
        assertEquals(2 * bytes, TcpRig.get(engine, PortCounter.TX_BYTES));
    }

    private static long write(Socket socket, BytePattern pattern, int bytes) throws IOException {
        int size = 50_000;
        for (int sent = 0; sent < bytes; sent += size) {
            socket.getOutputStream().write(pattern.copy(sent, Math.min(size, bytes - sent)));
        }
        return bytes;
    }

    private static long read(Socket socket, BytePattern pattern, int bytes, boolean slowly) throws Exception {
        byte[] buffer = new byte[slowly ? 100_000 : 10_000];
        int received = 0;
        while (received < bytes) {
            int count = socket.getInputStream().read(buffer);
            assertTrue(count > 0, "the end");
            pattern.assertSame(ByteBuffer.wrap(buffer, 0, count), received);
            received += count;
            if (slowly) {
                Thread.sleep(2);
            }
        }
        return received;
    }

    /** A source that is not read, because its target is slow, is not idle. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldNotTakeSourceForIdleWhileItsTargetIsFull(String mode) throws Exception {
        Proxy proxy = new Proxy();
        Engine engine = rig.start(
                TcpRig.config(
                        "mode = " + mode,
                        "high-water = 4KiB, low-water = 1KiB, write-timeout ="
                                + " 30s, idle-timeout = 300ms, send-buffer = 200KiB, receive-buffer = 200KiB",
                        "{ stage = count }"),
                "proxy",
                proxy);
        Socket one = open(engine);
        Socket other = open(engine);
        Await.until("joined", () -> proxy.joined == 2);
        BytePattern pattern = new BytePattern(4);
        int bytes = 12 << 20; // more than all buffers of the kernel take
        CompletableFuture<Long> writer = Await.background(() -> write(one, pattern, bytes));
        Thread.sleep(900);
        assertEquals(bytes, read(other, pattern, bytes, false));
        assertEquals(bytes, writer.get());
        assertEquals(0, TcpRig.get(engine, PortCounter.TIMED_OUT));
        TcpRig.closeAndCheck(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountFramesForConnectionsThatAreGone(String mode) throws Exception {
        Proxy proxy = new Proxy();
        Engine engine = rig.start(TcpRig.config("mode = " + mode, "", "{ stage = count }"), "proxy", proxy);
        Socket one = open(engine);
        Socket other = open(engine);
        Await.until("joined", () -> proxy.joined == 2);
        one.getOutputStream().write(1);
        assertEquals(1, other.getInputStream().read());
        other.close();
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        open(engine).getOutputStream().write(9); // whose object is the former one's, and whose id is not
        Await.until("joined", () -> proxy.joined == 3 && TcpRig.get(engine, PortCounter.FORWARDED) == 2);
        assertEquals(9, one.getInputStream().read());
        for (int i = 0; i < 10; i++) {
            one.getOutputStream().write(2);
            int gone = i + 1;
            Await.until("gone", () -> TcpRig.get(engine, PortCounter.DROPPED_GONE) == gone);
        }
        TcpRig.closeAndCheck(engine);
    }

    /** Sends the last frame so many times as long as it is, and closes behind it. */
    @ParameterizedTest
    @CsvSource({"inline, 1", "pipelined, 1", "inline, 300000", "pipelined, 300000"})
    void shouldCloseBehindTheLastByte(String mode, int bytes) throws Exception {
        long[] seen = new long[1];
        Engine engine = rig.start(TcpRig.config("mode = " + mode, "", TcpRig.ECHO), "closes", frame -> {
            seen[0] += frame.length();
            if (seen[0] >= bytes) {
                frame.closeConnection();
                seen[0] = 0;
            }
        });
        BytePattern pattern = new BytePattern(3);
        for (int i = 0; i < 5; i++) {
            Socket socket = open(engine);
            byte[] all = pattern.copy(0, bytes);
            CompletableFuture<Integer> writer = Await.background(() -> {
                socket.getOutputStream().write(all);
                return bytes;
            });
            assertArrayEquals(all, socket.getInputStream().readAllBytes(), "all bytes, then the end");
            assertEquals(bytes, writer.get());
            assertEquals(i, TcpRig.get(engine, PortCounter.CLOSED), "it waits a while for the peer's end");
            socket.close();
            int closed = i + 1;
            Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == closed);
        }
        assertEquals(0, TcpRig.get(engine, PortCounter.FAILED));
        TcpRig.closeAndCheck(engine);
    }

    /** What the peer still sends is read and thrown away: unread bytes would reset the connection and its answer. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldNotResetPeerThatGoesOnSendingWhenItCloses(String mode) throws Exception {
        int answer = 200_000;
        long[] seen = new long[1];
        Engine engine =
                rig.start(TcpRig.config("mode = " + mode, "send-buffer = 32KiB", TcpRig.ECHO), "closes", frame -> {
                    seen[0] += frame.length();
                    if (seen[0] >= answer) {
                        frame.closeConnection();
                    }
                });
        Socket socket = open(engine);
        CompletableFuture<Integer> writer = Await.background(() -> {
            socket.getOutputStream().write(new byte[answer * 3]);
            return 0;
        });
        Thread.sleep(100);
        int received = socket.getInputStream().readAllBytes().length;
        assertTrue(received >= answer && received < answer * 3, () -> received + " bytes");
        assertEquals(0, writer.get());
        socket.close();
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        assertEquals(received, TcpRig.get(engine, PortCounter.TX_BYTES));
    }

    /** The peer that never closes its side is not waited for for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"busy-spin", "wait"})
    void shouldEndConnectionWhosePeerDoesNotClose(String idle) throws Exception {
        Engine engine = rig.start(TcpRig.config("mode = inline, idle = " + idle, "", TcpRig.ECHO), "closes", frame -> {
            frame.length(0);
            frame.closeConnection();
        });
        Socket socket = open(engine);
        socket.getOutputStream().write(1);
        assertEquals(-1, socket.getInputStream().read());
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
    }

    /** Leased frames of a connection that ends meanwhile: the bytes stay, and are counted as gone when they leave. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepLeasedBytesOfConnectionThatIsOver(String mode) throws Exception {
        ConcurrentLinkedQueue<Lease> leases = new ConcurrentLinkedQueue<>();
        Engine engine = rig.start(
                TcpRig.config("mode = " + mode, "connections = 1", TcpRig.ECHO),
                "leases",
                frame -> leases.add(frame.lease()));
        Socket socket = open(engine);
        socket.getOutputStream().write(new byte[] {5, 6, 7});
        Await.until("leased", () -> leases.size() == 1);
        socket.setSoLinger(true, 0);
        socket.close();
        Await.until("failed", () -> TcpRig.get(engine, PortCounter.FAILED) == 1);
        assertEquals(6, leases.peek().segment().get(ValueLayout.JAVA_BYTE, 1));
        try (Socket refused = open(engine)) { // the object is in use as long as the frame is
            assertEquals(-1, refused.getInputStream().read());
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e::getMessage);
        }
        assertEquals(1, TcpRig.get(engine, PortCounter.REFUSED));
        leases.poll().close();
        Await.until("gone", () -> TcpRig.get(engine, PortCounter.DROPPED_GONE) == 1);
        Socket next = open(engine);
        next.getOutputStream().write(8);
        Await.until("leased", () -> leases.size() == 1);
        leases.poll().close();
        assertEquals(8, next.getInputStream().read());
        TcpRig.closeAndCheck(engine);
    }

    /** Each message of the half-closed peer is answered, also the one that a lease holds back. */
    @Test
    void shouldAnswerHalfClosedPeerWhenTheLastLeaseIsBack() throws Exception {
        ConcurrentLinkedQueue<Lease> leases = new ConcurrentLinkedQueue<>();
        Engine engine = rig.start(
                TcpRig.config("mode = pipelined", "", TcpRig.ECHO), "leases", frame -> leases.add(frame.lease()));
        Socket socket = open(engine);
        socket.getOutputStream().write(new byte[] {1, 2, 3});
        socket.shutdownOutput();
        Await.until("leased", () -> leases.size() == 1);
        Thread.sleep(200); // longer than any step of the way
        assertEquals(0, TcpRig.get(engine, PortCounter.CLOSED));
        leases.poll().close();
        assertArrayEquals(new byte[] {1, 2, 3}, socket.getInputStream().readAllBytes());
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
    }
}

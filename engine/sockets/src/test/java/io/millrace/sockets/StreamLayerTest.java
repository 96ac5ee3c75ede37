package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EPROTO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Pipeline;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StopSignal;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Framing;
import io.millrace.spi.Port;
import io.millrace.spi.PortSettings;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.PortCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a layer between the sockets and the stages does to a stream: over real sockets, with a peer that speaks it, too.
 */
class StreamLayerTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final LeaseRegistry leases = new LeaseRegistry(1, 2, false);
    private final Echo echo = new Echo();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private UringDevice device;
    private SocketSetUp listener;
    private TcpPort port;
    private Pipeline pipeline;
    private Poller poller;
    private SocketChannel peer;
    private boolean ended;

    /** Sends everything back, and notes what it has seen. */
    private static final class Echo implements Stage {
        final List<ConnectionState> states = new ArrayList<>();
        final List<Integer> lengths = new ArrayList<>();
        int errno;

        @Override
        public void onFrame(Frame frame) {
            lengths.add(frame.length());
            frame.forward(0);
        }

        @Override
        public void onConnection(Connection connection) {
            states.add(connection.state());
            errno = connection.errno();
        }
    }

    private void open(String address, Framing framing) {
        PortSettings settings = EngineConfig.parse("millrace { ports { p { type = tcp, " + address
                        + ", frames = 64, buffers = 16 } }, pipeline = [{ stage = forward, to = p }] }")
                .ports()
                .getFirst();
        EngineCounters counters = new EngineCounters();
        device = UringOpener.open(
                EngineConfig.parse("millrace { ports { p { type = tcp, bind = \"127.0.0.1:0\" } } }")
                        .engine(),
                counters,
                UringOpener.LADDER);
        listener = settings.get(TcpKeys.BIND).isEmpty() ? null : TcpSocket.listening(settings);
        int fd = listener == null ? -1 : listener.fd();
        port = TcpPortOpener.over(fd, settings, arena, device, counters, framing, new XorLayer());
        device.portsOpened();
        device.enable();
        Port[] ports = {port};
        StageRunner stage = new StageRunner(
                "echo",
                echo,
                new StagePlace(0, 0, false),
                new FrameResources(ports, leases, new StopSignal()),
                new EngineCounters(0, 1, 0),
                (name, lost, failure) -> {
                    throw new AssertionError(failure);
                });
        pipeline = new InlinePipeline(new StageRunner[] {stage}, new Outlet(ports, leases));
        poller = new Poller(ports, pipeline, new EventLoop[] {device.loop()});
        port.startReceiving();
    }

    private void listen(Framing framing) throws IOException {
        open("bind = \"127.0.0.1:0\"", framing);
        peer = SocketChannel.open(listener.localAddress());
        peer.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        device.quiesce(pipeline);
        if (listener != null) {
            listener.close();
        }
        device.close();
        arena.close();
    }

    /** Duty cycles, and what the peer receives meanwhile. */
    private void turn() throws IOException {
        poller.doWork();
        ByteBuffer into = ByteBuffer.allocate(1 << 16);
        int read = peer.read(into);
        ended |= read < 0;
        received.write(into.array(), 0, into.position());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void turnUntil(Condition condition, String what) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NS, () -> what + ": " + echo.states);
            turn();
        }
    }

    private void send(byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            peer.write(from);
            turn();
        }
    }

    private boolean hasSeen(ConnectionState state) {
        return echo.states.contains(state);
    }

    private static byte[] record(byte type, byte[] plain) {
        byte[] record = new byte[XorLayer.HEADER + plain.length];
        record[0] = type;
        record[1] = (byte) (plain.length >> 8);
        record[2] = (byte) plain.length;
        for (int i = 0; i < plain.length; i++) {
            record[XorLayer.HEADER + i] = (byte) (plain[i] ^ XorLayer.KEY);
        }
        return record;
    }

    /** What the port has sent: the hello, then the plaintext of its records. The last of them is to be a goodbye. */
    private byte[] plaintext(boolean isWhole) {
        byte[] all = received.toByteArray();
        assertArrayEquals(XorLayer.HELLO, Arrays.copyOf(all, XorLayer.HELLO.length));
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        int type = 0;
        int at = XorLayer.HELLO.length;
        while (at + XorLayer.HEADER <= all.length) {
            assertFalse(type == XorLayer.GOODBYE, "something follows the goodbye");
            type = all[at];
            int length = (all[at + 1] & 0xff) << 8 | all[at + 2] & 0xff;
            int end = at + XorLayer.HEADER + length;
            if (end > all.length) {
                break;
            }
            for (int i = at + XorLayer.HEADER; i < end; i++) {
                plain.write(all[i] ^ XorLayer.KEY);
            }
            at = end;
        }
        assertEquals(isWhole, type == XorLayer.GOODBYE, "the goodbye");
        return plain.toByteArray();
    }

    private void assertNothingIsHeld() {
        assertEquals(0, port.txInFlight());
        assertEquals(
                1, port.counters().get(PortCounter.ACCEPTED) + port.counters().get(PortCounter.CONNECTED));
    }

    /** Records of any size, in segments of any size, some of them larger than frames and than what the kernel takes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldCarryBothDirectionsAndCloseInOrder(int seed) throws IOException {
        listen(null);
        Random random = new Random(seed);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(XorLayer.HELLO);
        while (plain.size() < 300_000) {
            byte[] bytes = new byte[random.nextInt(XorLayer.MOST_BYTES + 1)];
            random.nextBytes(bytes);
            plain.writeBytes(bytes);
            wire.writeBytes(record(XorLayer.DATA, bytes));
        }
        wire.writeBytes(record(XorLayer.GOODBYE, new byte[0]));
        byte[] all = wire.toByteArray();
        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + 1 + random.nextInt(random.nextBoolean() ? 10 : 20_000));
            send(Arrays.copyOfRange(all, at, end));
            at = end;
        }
        turnUntil(() -> ended, "the port ends the stream");
        peer.close();
        assertArrayEquals(plain.toByteArray(), plaintext(true));
        assertEquals(
                List.of(
                        ConnectionState.OPENED,
                        ConnectionState.ESTABLISHED,
                        ConnectionState.HALF_CLOSED,
                        ConnectionState.CLOSED),
                echo.states);
        assertNothingIsHeld();
    }

    @Test
    void shouldTellStagesWhenTheHandshakeIsOverAndBeforeTheFirstFrame() throws IOException {
        listen(null);
        send(Arrays.copyOf(XorLayer.HELLO, 3));
        turnUntil(() -> received.size() == XorLayer.HELLO.length, "the port says hello by itself");
        assertEquals(List.of(ConnectionState.OPENED), echo.states);
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(XorLayer.HELLO[3]);
        rest.writeBytes(record(XorLayer.DATA, new byte[10]));
        send(rest.toByteArray());
        turnUntil(() -> !echo.lengths.isEmpty(), "a frame");
        assertEquals(List.of(ConnectionState.OPENED, ConnectionState.ESTABLISHED), echo.states);
        assertEquals(List.of(10), echo.lengths);
    }

    @Test
    void shouldFailConnectionThatDoesNotSpeakIt() throws IOException {
        listen(null);
        send("GET / HTTP/1.1\r\n".getBytes());
        turnUntil(() -> hasSeen(ConnectionState.FAILED), "the end");
        assertEquals(List.of(ConnectionState.OPENED, ConnectionState.FAILED), echo.states);
        assertEquals(EPROTO(), echo.errno);
        assertEquals(0, port.counters().get(PortCounter.RX_FRAMES));
    }

    @Test
    void shouldFailConnectionThatEndsInTheHandshake() throws IOException {
        listen(null);
        send(Arrays.copyOf(XorLayer.HELLO, 2));
        peer.shutdownOutput();
        turnUntil(() -> hasSeen(ConnectionState.FAILED), "the end");
        assertEquals(List.of(ConnectionState.OPENED, ConnectionState.FAILED), echo.states);
    }

    /** Somebody may have cut it off on its way: what has come is answered, but it is no end in order. */
    @Test
    void shouldTellOfStreamThatEndsWithoutGoodbye() throws IOException {
        listen(null);
        send(XorLayer.HELLO);
        send(record(XorLayer.DATA, new byte[100]));
        peer.shutdownOutput();
        turnUntil(() -> hasSeen(ConnectionState.FAILED), "the end");
        assertEquals(EPROTO(), echo.errno);
        turnUntil(() -> ended, "the answer's end");
        assertEquals(100, plaintext(true).length);
    }

    /** Frame decoders work on the plaintext, wherever records and segments are cut. */
    @Test
    void shouldFindMessagesInThePlaintext() throws IOException {
        listen(new Framing.ByLength(2, false, 2_000, false));
        send(XorLayer.HELLO);
        Random random = new Random(1);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int length = random.nextInt(1_500);
            plain.write(length >> 8);
            plain.write(length);
            plain.writeBytes(new byte[length]);
            lengths.add(2 + length);
        }
        byte[] all = plain.toByteArray();
        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + 1 + random.nextInt(XorLayer.MOST_BYTES));
            send(record(XorLayer.DATA, Arrays.copyOfRange(all, at, end)));
            at = end;
        }
        send(record(XorLayer.GOODBYE, new byte[0]));
        turnUntil(() -> ended, "the port ends the stream");
        assertEquals(lengths, echo.lengths);
        assertArrayEquals(all, plaintext(true));
    }

    @Test
    void shouldShakeHandsWhereItConnectsToo() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            open("connect = \"127.0.0.1:" + address.getPort() + "\"", null);
            poller.doWork();
            poller.doWork();
            peer = server.accept();
            peer.configureBlocking(false);
            turnUntil(() -> received.size() == XorLayer.HELLO.length, "the hello of who connects");
            assertFalse(hasSeen(ConnectionState.ESTABLISHED));
            send(XorLayer.HELLO);
            send(record(XorLayer.DATA, new byte[50]));
            send(record(XorLayer.GOODBYE, new byte[0]));
            turnUntil(() -> ended, "the port ends the stream");
            assertArrayEquals(new byte[50], plaintext(true));
            turnUntil(() -> hasSeen(ConnectionState.CLOSED), "the end");
        }
    }
}

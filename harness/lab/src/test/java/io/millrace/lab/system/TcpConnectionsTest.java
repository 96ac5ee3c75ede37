package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections come and go in every way, and leave nothing behind. */
@Slow
@Timeout(90)
class TcpConnectionsTest {
    private static final int CONNECTIONS = 10_000;
    private static final int AT_ONCE = 100;
    private static final String FRAMED = "{ stage = frame-by-length, size = 4 }, " + TcpRig.ECHO;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static Socket open(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.connect(server);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void echo(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        assertArrayEquals(bytes, socket.getInputStream().readNBytes(bytes.length));
    }

    /** One use of a connection, of each kind in turn. */
    private static void use(Socket socket, int kind, byte[] bytes) throws IOException {
        switch (kind) {
            case 0 -> echo(socket, bytes);
            case 1 -> {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                assertArrayEquals(bytes, socket.getInputStream().readAllBytes());
            }
            case 2 -> { // closed at once
            }
            case 3 -> {
                socket.getOutputStream().write(bytes);
                reset(socket);
            }
            case 4 -> reset(socket);
            default -> socket.getOutputStream().write(bytes); // leaves without an answer
        }
        socket.close();
    }

    @ParameterizedTest
    @CsvSource({"inline, auto", "pipelined, off"})
    void shouldLeaveNothingOfTenThousandConnections(String mode, String bundles) throws IOException {
        long before = Descriptors.count();
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode,
                "connections = 200, frames = 512, buffers = 128," + " bundles = " + bundles,
                TcpRig.ECHO));
        long listening = Descriptors.count();
        byte[] bytes = new BytePattern(1).copy(0, 3_000);
        List<Socket> batch = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i += AT_ONCE) {
            for (int j = 0; j < AT_ONCE; j++) {
                batch.add(open(TcpRig.address(engine)));
            }
            for (int j = 0; j < AT_ONCE; j++) {
                use(batch.get(j), j % 6, bytes);
            }
            batch.clear();
            int most = i + AT_ONCE;
            Await.until("all of a batch ended", () -> ended(engine) == most);
        }
        PortStatistics port = TcpRig.port(engine);
        assertEquals(CONNECTIONS, port.get(PortCounter.ACCEPTED));
        assertTrue(port.get(PortCounter.FAILED) <= CONNECTIONS * 4 / 6, port::toString);
        Await.until("descriptors closed", () -> Descriptors.count() == listening);
        TcpRig.closeAndCheck(engine);
        Await.until("all descriptors closed", () -> Descriptors.count() == before);
    }

    private static long ended(Engine engine) {
        return TcpRig.get(engine, PortCounter.CLOSED) + TcpRig.get(engine, PortCounter.FAILED);
    }

    @Test
    void shouldRefuseMoreConnectionsThanAllowedAndServeTheOthers() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline", "connections = 10", TcpRig.ECHO));
        List<Socket> served = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            served.add(rig.add(open(TcpRig.address(engine))));
            echo(served.get(i), new byte[] {1, 2, 3});
        }
        for (int i = 0; i < 2_000; i++) {
            try (Socket refused = open(TcpRig.address(engine))) {
                assertEquals(-1, refused.getInputStream().read());
            } catch (SocketException e) {
                assertTrue(e.getMessage().contains("reset"), e::getMessage); // it may be told so
            }
        }
        assertEquals(2_000, TcpRig.get(engine, PortCounter.REFUSED));
        assertEquals(10, TcpRig.get(engine, PortCounter.ACCEPTED));
        for (Socket socket : served) {
            echo(socket, new byte[] {4, 5});
        }
        served.getFirst().close();
        Await.until("one ended", () -> ended(engine) == 1);
        echo(rig.add(open(TcpRig.address(engine))), new byte[] {6});
        TcpRig.closeAndCheck(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldSurviveResetsAtRandomMomentsUnderLoad(String mode) throws Exception {
        Engine engine = rig.start(TcpRig.config("mode = " + mode, "frames = 1024, buffers = 256", TcpRig.ECHO));
        InetSocketAddress address = TcpRig.address(engine);
        try (EchoClients steady = EchoClients.open(address, 10, 2 << 20, 3)) {
            var resets = Await.background(() -> {
                Random random = new Random(4);
                byte[] bytes = new byte[50_000];
                for (int i = 0; i < 500; i++) {
                    Socket socket = open(address);
                    socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length));
                    if (random.nextBoolean()) {
                        socket.getInputStream().readNBytes(random.nextInt(100));
                    }
                    reset(socket);
                }
                return 500;
            });
            steady.run();
            assertEquals(500, resets.get());
        }
        Await.until("all ended", () -> ended(engine) == 510);
        assertEquals(0, TcpRig.get(engine, PortCounter.REFUSED));
        assertEquals(10, TcpRig.get(engine, PortCounter.CLOSED));
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldGiveUpHalfMessageOfPeerThatLeaves() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline", "", FRAMED));
        for (int i = 0; i < 20; i++) {
            try (Socket socket = open(TcpRig.address(engine))) {
                socket.getOutputStream().write(new byte[] {0, 0, 0, 2, 7, 8, 0, 0, 0, 9, 1});
                assertArrayEquals(new byte[] {7, 8}, socket.getInputStream().readNBytes(2));
            }
        }
        Await.until("all ended", () -> TcpRig.get(engine, PortCounter.FAILED) == 20);
        assertEquals(0, TcpRig.get(engine, PortCounter.CLOSED), "no end in order: a message is missing");
        assertEquals(20, TcpRig.get(engine, PortCounter.MESSAGES_CUT));
        assertEquals(20 * 5, TcpRig.get(engine, PortCounter.RX_BYTES_DISCARDED));
        assertEquals(20, TcpRig.get(engine, PortCounter.RX_FRAMES));
        assertEquals(0, TcpRig.get(engine, PortCounter.MESSAGES_REFUSED));
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldFailConnectionWhoseMessageIsTooLongAndGoOnWithOthers() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline", "", FRAMED));
        Socket other = rig.add(open(TcpRig.address(engine)));
        for (int i = 1; i <= 5; i++) {
            try (Socket socket = open(TcpRig.address(engine))) {
                socket.getOutputStream().write(new byte[] {-1, -1, -1, -1, 1, 2, 3});
                assertEquals(-1, socket.getInputStream().read());
            } catch (SocketException e) {
                assertTrue(e.getMessage().contains("reset"), e::getMessage);
            }
            int refused = i;
            Await.until("refused", () -> TcpRig.get(engine, PortCounter.FAILED) == refused);
            assertEquals(refused, TcpRig.get(engine, PortCounter.MESSAGES_REFUSED));
            other.getOutputStream().write(new byte[] {0, 0, 0, 1, 77});
            assertEquals(77, other.getInputStream().read());
        }
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldDropIdleConnections() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline, idle = wait", "idle-timeout = 300ms", TcpRig.ECHO));
        Socket idle = rig.add(open(TcpRig.address(engine)));
        Socket busy = rig.add(open(TcpRig.address(engine)));
        long end = System.nanoTime() + 1_000_000_000;
        while (System.nanoTime() - end < 0) {
            echo(busy, new byte[] {1});
        }
        try {
            assertEquals(-1, idle.getInputStream().read());
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e::getMessage);
        }
        assertEquals(1, TcpRig.get(engine, PortCounter.TIMED_OUT));
        echo(busy, new byte[] {2});
        TcpRig.closeAndCheck(engine);
    }

    /** The address is free as soon as the engine is closed, and what it mapped is unmapped. */
    @Test
    void shouldStartAgainAtTheSameAddress() throws IOException {
        int number;
        try (ServerSocket free = new ServerSocket(0)) {
            number = free.getLocalPort();
        }
        EngineConfig config =
                EngineConfig.parse(TcpRig.config("mode = inline", "bind = \"127.0.0.1:" + number + "\"", TcpRig.ECHO));
        long before = Descriptors.count();
        for (int i = 0; i < 10; i++) {
            Engine engine = Engine.builder(config).start();
            try (Socket socket = open(TcpRig.address(engine));
                    Socket open = open(TcpRig.address(engine))) {
                echo(socket, new byte[] {(byte) i});
                echo(open, new byte[] {(byte) i});
                socket.shutdownOutput();
                engine.close();
            }
            assertNull(engine.failure());
            TcpRig.assertHome(TcpRig.port(engine));
        }
        Await.until("all descriptors closed", () -> Descriptors.count() == before);
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a TCP port ends: in time, with exact accounts, and the peers learn of it. */
@Slow
@Timeout(60)
class TcpStopTest {
    private static final Duration DRAIN = Duration.ofMillis(500);
    private static final String DRAIN_TIMEOUT = ", drain-timeout = 500ms";

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Writes and reads whatever comes until the server ends the connection. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final CompletableFuture<Long> sent;
        private final CompletableFuture<Long> received;

        Client(InetSocketAddress server) throws IOException {
            socket = new Socket(server.getAddress(), server.getPort());
            sent = Await.background(this::write);
            received = Await.background(this::read);
        }

        private long write() {
            byte[] bytes = new byte[101 * 200];
            Arrays.fill(bytes, (byte) 100); // messages of 100 bytes, to whoever sees a prefix
            long count = 0;
            try {
                while (true) {
                    socket.getOutputStream().write(bytes);
                    count += bytes.length;
                }
            } catch (IOException e) { // the server has gone, or this client
                return count;
            }
        }

        private long read() {
            byte[] bytes = new byte[20_000];
            long count = 0;
            try {
                int got = 0;
                while (got >= 0) {
                    count += got;
                    got = socket.getInputStream().read(bytes);
                }
            } catch (IOException e) { // reset
                return count;
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            socket.close();
            sent.join();
            received.join();
        }
    }

    private void load(Engine engine, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            rig.add(new Client(TcpRig.address(engine)));
        }
    }

    private static Duration timeOfClose(Engine engine) {
        long start = System.nanoTime();
        engine.close();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void assertInTime(Duration took) {
        assertTrue(took.compareTo(DRAIN.plusSeconds(3)) < 0, took::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline; bundles = auto",
                "mode = pipelined; bundles = off",
                "mode = inline, idle = wait; zero-copy-above = 2KiB",
                "mode = pipelined; zero-copy-above = 0",
                "mode = inline, uring { submission = 8, completion = 16 }; frames = 8, buffers = 2, batch = 2",
                "mode = pipelined, ring-size = 2, uring { submission = 8, completion = 16, sqpoll = on };"
                        + " frames = 16, buffers = 2, batch = 2"
            })
    void shouldStopUnderLoad(String engineConfig, String port) throws IOException {
        for (int i = 0; i < 3; i++) {
            Engine engine = rig.start(TcpRig.config(engineConfig + DRAIN_TIMEOUT, port, TcpRig.ECHO));
            load(engine, 10);
            Await.until(
                    "under load",
                    () -> TcpRig.get(engine, PortCounter.TX_BYTES) > 5_000_000
                            && TcpRig.get(engine, PortCounter.ACCEPTED) == 10);
            assertInTime(timeOfClose(engine));
            TcpRig.closeAndCheck(engine);
            assertEquals(10, TcpRig.get(engine, PortCounter.ACCEPTED));
            rig.close();
        }
    }

    /** The stages hear of each end, and peers that read at last get a reset: they can't take a part for the whole. */
    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "inline, 0"})
    void shouldStopInTimeWhenNobodyReads(String mode, String zeroCopyAbove) throws IOException {
        List<ConnectionState> ends = new CopyOnWriteArrayList<>();
        Engine engine = rig.start(
                TcpRig.config(
                        "mode = " + mode + DRAIN_TIMEOUT,
                        "send-buffer = 64KiB," + " zero-copy-above = " + zeroCopyAbove,
                        TcpRig.ECHO),
                "hears",
                new Stage() {
                    @Override
                    public void onFrame(Frame frame) {}

                    @Override
                    public void onConnection(Connection connection) {
                        if (connection.state().compareTo(ConnectionState.CLOSED) >= 0) {
                            ends.add(connection.state());
                        }
                    }
                });
        List<Socket> late = new ArrayList<>();
        int bytes = 600_000;
        for (int i = 0; i < 5; i++) {
            Socket socket = rig.add(new Socket());
            socket.setReceiveBufferSize(16_384);
            socket.connect(TcpRig.address(engine));
            socket.getOutputStream().write(new byte[bytes]);
            late.add(socket);
        }
        Socket idle = rig.connect(engine).socket();
        Await.until(
                "all there",
                () -> TcpRig.get(engine, PortCounter.TX_BYTES) == 5 * bytes
                        && TcpRig.get(engine, PortCounter.ACCEPTED) == 6);
        assertInTime(timeOfClose(engine));
        TcpRig.closeAndCheck(engine);
        assertTrue(
                TcpRig.get(engine, PortCounter.TX_FAILED) > 0,
                () -> TcpRig.port(engine).toString());
        assertEquals(6, ends.size());
        assertEquals(5, TcpRig.get(engine, PortCounter.FAILED));
        assertEquals(-1, idle.getInputStream().read(), "an end in order");
        for (Socket socket : late) {
            assertThrows(SocketException.class, () -> socket.getInputStream().readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountWhatSlowStageLeavesAtStop(String mode) throws IOException {
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode + DRAIN_TIMEOUT,
                "frames = 256, buffers = 64",
                "{ stage = frame-by-length, size = 1 }, " + Hook.NAME + ", " + TcpRig.ECHO));
        AtomicInteger seen = new AtomicInteger();
        Hook.stage(frame -> {
            seen.incrementAndGet();
            Thread.sleep(20);
        });
        load(engine, 5);
        Await.until("under load", () -> seen.get() > 10);
        assertInTime(timeOfClose(engine));
        PortStatistics port = TcpRig.port(engine);
        TcpRig.assertHome(port);
        assertTrue(port.get(PortCounter.DROPPED_AT_STOP) > 0, port::toString);
        assertTrue(
                engine.failure().getMessage().contains(" frames were left when drain-timeout passed ("),
                engine.failure()::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLoseOnlyFramesThatStageThrowsAt(String mode) throws IOException {
        int[] seen = new int[1];
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode, "", "{ stage = frame-by-length, size = 1 }, " + Hook.NAME + ", " + TcpRig.ECHO));
        Hook.stage(frame -> {
            if (seen[0]++ % 3 == 1) {
                throw new IllegalStateException("every third");
            }
        });
        InetSocketAddress server = TcpRig.address(engine);
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            byte[] messages = new byte[600];
            for (int i = 0; i < 300; i++) {
                messages[2 * i] = 1;
                messages[2 * i + 1] = (byte) i;
            }
            socket.getOutputStream().write(messages);
            byte[] answer = socket.getInputStream().readNBytes(200);
            for (int i = 0; i < 200; i++) {
                assertEquals((byte) (i / 2 * 3 + i % 2 * 2), answer[i]);
            }
        }
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        assertEquals(100, TcpRig.get(engine, PortCounter.DROPPED_BY_STAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopByItselfWhenStageThrowsAndIsConfiguredTo(String mode) throws Exception {
        Engine engine = rig.start(
                TcpRig.config("mode = " + mode + ", on-error = stop" + DRAIN_TIMEOUT, "", TcpRig.ECHO),
                "throws",
                frame -> {
                    throw new IllegalStateException("the first");
                });
        load(engine, 3);
        assertTrue(engine.awaitStop(20, TimeUnit.SECONDS));
        assertNotNull(engine.failure());
        TcpRig.assertHome(TcpRig.port(engine));
    }

    /** The stage never returns: its memory stays, and so does the accounting. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"pipelined; ", "inline; { stage = frame-by-length, size = 1 },"})
    void shouldReturnFromCloseWhenStageNeverReturns(String mode, String framer) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        boolean[] held = {true};
        Engine engine = rig.start(TcpRig.config(
                "mode = " + mode + DRAIN_TIMEOUT, "", (framer == null ? "" : framer) + Hook.NAME + ", " + TcpRig.ECHO));
        Hook.stage(frame -> {
            entered.countDown();
            while (isHeld(held)) {
                Thread.onSpinWait();
            }
            frame.buffer().putByte(0, (byte) 1); // the memory has to be there
        });
        load(engine, 2);
        assertTrue(entered.await(10, TimeUnit.SECONDS));
        try {
            Duration took = timeOfClose(engine); // the poller gets longer: it may wait for the kernel
            assertTrue(took.compareTo(DRAIN.plusSeconds(5)) < 0, took::toString);
        } finally {
            synchronized (held) {
                held[0] = false;
            }
        }
        PortStatistics port = TcpRig.port(engine);
        assertEquals(0, port.unaccounted(), port::toString);
        assertEquals(0, port.frames().lost(), port::toString);
    }

    private static boolean isHeld(boolean[] held) {
        synchronized (held) {
            return held[0];
        }
    }

    /** The process that is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Engine engine = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            System.out.println("listening");
            engine.awaitStop();
        }
    }

    @Test
    void shouldLeaveNothingWhenKilled(@TempDir Path folder) throws Exception {
        int number;
        try (ServerSocket free = new ServerSocket(0)) {
            number = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                TcpRig.config("", "bind = \"127.0.0.1:" + number + "\", zero-copy-above = 4KiB", TcpRig.ECHO));
        for (int round = 0; round < 2; round++) {
            try (ChildJvm victim =
                    ChildJvm.start(folder, List.of(), List.of(Victim.class.getName(), config.toString()))) {
                victim.awaitLine("listening");
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    clients.add(rig.add(new Client(new InetSocketAddress("127.0.0.1", number))));
                }
                Thread.sleep(100);
                victim.kill();
                for (Client client : clients) {
                    client.sent.get(10, TimeUnit.SECONDS); // the kernel has ended the connections
                    client.received.get(10, TimeUnit.SECONDS);
                }
                rig.close();
            }
        }
        Engine next = rig.start(Files.readString(config));
        try (EchoClients clients = EchoClients.open(TcpRig.address(next), 2, 100_000, 1)) {
            clients.run();
        }
        assertNull(next.failure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEndThousandsOfIdleConnections(String mode) throws IOException {
        Engine engine =
                rig.start(TcpRig.config("mode = " + mode + ", drain-timeout = 5s", "connections = 5000", TcpRig.ECHO));
        int connections = 4_000;
        for (int i = 0; i < connections; i++) {
            rig.connect(engine);
        }
        Await.until("all accepted", () -> TcpRig.get(engine, PortCounter.ACCEPTED) == connections);
        assertTrue(timeOfClose(engine).compareTo(Duration.ofSeconds(4)) < 0);
        TcpRig.closeAndCheck(engine);
        assertEquals(connections, TcpRig.get(engine, PortCounter.CLOSED));
    }

    /** A process that has as many descriptors as it may: connections wait until some are free, and nothing breaks. */
    @Test
    void shouldServeInTurnsWhenDescriptorsRunOut(@TempDir Path folder) throws Exception {
        int number;
        try (ServerSocket free = new ServerSocket(0)) {
            number = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                TcpRig.config("mode = inline", "bind = \"127.0.0.1:" + number + "\"", TcpRig.ECHO));
        try (ChildJvm child = ChildJvm.start(
                folder, List.of("prlimit", "--nofile=90:90"), List.of(Victim.class.getName(), config.toString()))) {
            child.awaitLine("listening");
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Socket socket = rig.add(new Socket("127.0.0.1", number));
                socket.getOutputStream().write(i);
                sockets.add(socket);
            }
            int most = 0;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (!sockets.isEmpty()) {
                assertTrue(System.nanoTime() - deadline < 0, sockets.size() + " connections were never served");
                List<Socket> served = new ArrayList<>();
                for (Socket socket : sockets) {
                    if (socket.getInputStream().available() > 0) {
                        served.add(socket);
                    }
                }
                most = Math.max(most, served.size());
                for (Socket socket : served) {
                    socket.close();
                }
                sockets.removeAll(served);
                Thread.sleep(20);
            }
            assertTrue(most < 90, "descriptors ran out");
        }
    }
}

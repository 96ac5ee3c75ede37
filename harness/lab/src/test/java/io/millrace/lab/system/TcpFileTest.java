package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.SharedFile;
import io.millrace.Stage;
import io.millrace.bindings.libc.libc_h;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regions of files leave behind the frames that they belong to, in order, and no descriptor stays open. */
@Slow
@Timeout(60)
class TcpFileTest {
    private static final int MIB = 1 << 20;
    private static final int FILE_BYTES = 12 * MIB;
    private static final BytePattern CONTENT = new BytePattern(11);

    private final TcpRig rig = new TcpRig();

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = folder.resolve("content");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int at = 0; at < FILE_BYTES; at += BytePattern.MOST) {
                file.write(CONTENT.bytes(at, BytePattern.MOST));
            }
        }
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** A request is the offset and the length of a region, eight bytes each; the answer repeats it in front. */
    private static final class Server implements Stage {
        private final Path path;
        private final List<Integer> errors = new CopyOnWriteArrayList<>();
        private SharedFile file;

        Server(Path path) {
            this.path = path;
        }

        @Override
        public void onStart() {
            file = SharedFile.open(path);
        }

        @Override
        public void onFrame(Frame frame) {
            frame.sendFile(file.region(
                    Long.reverseBytes(frame.buffer().getLong(0)),
                    Long.reverseBytes(frame.buffer().getLong(8))));
        }

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.FAILED) {
                errors.add(connection.errno());
            }
        }

        @Override
        public void onStop() {
            file.close();
        }
    }

    private record Region(long offset, int length) {
        byte[] request() {
            return ByteBuffer.allocate(16).putLong(offset).putLong(length).array();
        }
    }

    /** Requests of 16 bytes as they are: the framer's prefix is in front of them. */
    private Engine start(String engine, String port, Server server, String pipeline) {
        Hook.stage(server);
        server.onStart();
        rig.add(server::onStop);
        return rig.start(
                TcpRig.config(engine, port, "{ stage = frame-by-length, size = 1 }, " + Hook.NAME + ", " + pipeline));
    }

    private static void ask(Socket socket, Region region) throws IOException {
        byte[] message = new byte[17];
        message[0] = 16;
        System.arraycopy(region.request(), 0, message, 1, 16);
        socket.getOutputStream().write(message);
    }

    private static void assertAnswer(InputStream in, Region region) throws IOException {
        assertArrayEquals(region.request(), in.readNBytes(16));
        byte[] buffer = new byte[BytePattern.MOST];
        for (int done = 0; done < region.length(); ) {
            int count = in.readNBytes(buffer, 0, Math.min(buffer.length, region.length() - done));
            assertTrue(count > 0, "the end");
            CONTENT.assertSame(ByteBuffer.wrap(buffer, 0, count), region.offset() + done);
            done += count;
        }
    }

    private Socket open(Engine engine) throws IOException {
        InetSocketAddress server = TcpRig.address(engine);
        Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static List<Region> regions(Random random) {
        List<Region> regions = new ArrayList<>(List.of(
                new Region(0, 0),
                new Region(7, 1),
                new Region(1_234_567, 64 << 10),
                new Region(2 * MIB - 1, 10 * MIB),
                new Region(FILE_BYTES, 0),
                new Region(FILE_BYTES - 1, 1)));
        for (int i = 0; i < 20; i++) {
            int length = random.nextInt(random.nextInt(1, 700_000));
            regions.add(new Region(random.nextInt(FILE_BYTES - length), length));
        }
        return regions;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline; ",
                "mode = pipelined; ",
                "mode = inline, idle = wait;" + " high-water = 4KiB, low-water = 1KiB",
                "mode = inline, uring { submission = 8, completion = 16, sqpoll = on }; frames = 8, buffers = 2,"
                        + " batch = 2"
            })
    void shouldSendRegionsInOrderWithFrames(String engineConfig, String port) throws Exception {
        long before = Descriptors.count();
        Engine engine = start(engineConfig, port == null ? "" : port, new Server(path), TcpRig.ECHO);
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Socket socket = open(engine);
            List<Region> regions = regions(new Random(i));
            CompletableFuture<Integer> asker = Await.background(() -> {
                for (Region region : regions) {
                    ask(socket, region);
                }
                socket.shutdownOutput();
                return 0;
            });
            clients.add(Await.background(() -> {
                for (Region region : regions) {
                    assertAnswer(socket.getInputStream(), region);
                }
                assertEquals(-1, socket.getInputStream().read());
                socket.close();
                return asker.get();
            }));
        }
        for (CompletableFuture<Integer> client : clients) {
            assertEquals(0, client.get());
        }
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 4);
        TcpRig.closeAndCheck(engine);
        rig.close();
        Await.until("descriptors closed", () -> Descriptors.count() == before);
        assertEquals(0, Descriptors.of(path));
    }

    @Test
    void shouldFailConnectionWhoseRegionIsLongerThanTheFile() throws Exception {
        Server server = new Server(path);
        Engine engine = start("mode = inline", "", server, TcpRig.ECHO);
        Socket other = open(engine);
        Socket socket = open(engine);
        Region region = new Region(FILE_BYTES - 100, 1_000);
        ask(socket, region);
        try {
            assertTrue(socket.getInputStream().readAllBytes().length <= 116);
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e::getMessage);
        }
        Await.until("failed", () -> TcpRig.get(engine, PortCounter.FAILED) == 1);
        Region good = new Region(5, 500);
        ask(other, good);
        assertAnswer(other.getInputStream(), good);
        TcpRig.closeAndCheck(engine);
        assertEquals(0, Descriptors.of(path) - 1, "the stage's own");
    }

    /** Clients that go, in order or not, while a file is on its way to them; and those that never read it. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepNothingOfClientsThatLeaveInTheMiddle(String mode) throws Exception {
        Server server = new Server(path);
        Engine engine = start("mode = " + mode, "write-timeout = 500ms, send-buffer = 64KiB", server, TcpRig.ECHO);
        long before = Descriptors.count();
        for (int i = 0; i < 30; i++) {
            InetSocketAddress address = TcpRig.address(engine);
            Socket socket = new Socket(address.getAddress(), address.getPort());
            ask(socket, new Region(0, FILE_BYTES));
            ask(socket, new Region(0, FILE_BYTES));
            if (i % 3 == 0) {
                socket.getInputStream().readNBytes(100_000);
                socket.setSoLinger(true, 0);
            }
            if (i % 3 != 2) {
                socket.close();
            } else {
                rig.add(socket);
            }
        }
        Await.until(
                "all gone",
                () -> TcpRig.get(engine, PortCounter.FAILED) + TcpRig.get(engine, PortCounter.CLOSED) == 30);
        assertEquals(10, TcpRig.get(engine, PortCounter.TIMED_OUT), server.errors::toString);
        Await.until("pipes and sockets closed", () -> Descriptors.count() == before + 10); // clients that never read
        assertEquals(1, Descriptors.of(path));
        TcpRig.closeAndCheck(engine);
    }

    /** A frame that does not leave takes its region with it; so does one that was to leave by a port of datagrams. */
    @ParameterizedTest
    @ValueSource(strings = {"{ stage = drop }", "{ stage = count }", "{ stage = forward, to = u }"})
    void shouldLetRegionGoThatIsNotSent(String pipeline) throws Exception {
        Server server = new Server(path);
        Hook.stage(frame -> {
            server.onFrame(frame);
            if (frame.buffer().getByte(15) == 9) {
                throw new IllegalStateException("behind its region");
            }
        });
        server.onStart();
        Engine engine = rig.start(
                "millrace { ports { p { type = tcp, bind = \"127.0.0.1:0\" }\n"
                        + "u { type = udp, bind = \"127.0.0.1:0\", remote = \"127.0.0.1:9\" } }\n"
                        + "pipeline = [ { stage = frame-by-length, size = 1 }, " + Hook.NAME + ", " + pipeline + " ] }",
                Map.of());
        Socket socket = open(engine);
        for (int i = 0; i < 10; i++) {
            ask(socket, new Region(0, 9));
            ask(socket, new Region(1, 100));
        }
        Await.until("handled", () -> TcpRig.get(engine, PortCounter.RX_FRAMES) == 20);
        TcpRig.closeAndCheck(engine);
        assertEquals(pipeline.contains("forward") ? 10 : 0, TcpRig.get(engine, PortCounter.DROPPED_INVALID));
        assertEquals(1, Descriptors.of(path));
        server.onStop();
        assertEquals(0, Descriptors.of(path), "no region holds it");
    }

    /** The engine stops while files are on their way: the drain time-out ends them. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopInTheMiddleOfFile(String mode) throws Exception {
        long before = Descriptors.count();
        Engine engine = start(
                "mode = " + mode + ", drain-timeout = 300ms", "send-buffer = 64KiB", new Server(path), TcpRig.ECHO);
        for (int i = 0; i < 3; i++) {
            ask(open(engine), new Region(0, FILE_BYTES));
        }
        Await.until("sending", () -> TcpRig.get(engine, PortCounter.FORWARDED) == 3);
        long start = System.nanoTime();
        TcpRig.closeAndCheck(engine);
        assertTrue(System.nanoTime() - start < 3_000_000_000L);
        rig.close();
        Await.until("descriptors closed", () -> Descriptors.count() == before);
        assertEquals(0, Descriptors.of(path));
    }

    @Test
    void shouldTellWhyConnectionFailed() throws Exception {
        Server server = new Server(path);
        List<Integer> errors = new CopyOnWriteArrayList<>();
        Engine engine = rig.start(TcpRig.config("mode = inline", "", TcpRig.ECHO), "server", new Stage() {
            @Override
            public void onStart() {
                server.onStart();
            }

            @Override
            public void onFrame(Frame frame) {
                server.onFrame(frame);
            }

            @Override
            public void onConnection(Connection connection) {
                server.onConnection(connection);
                errors.addAll(server.errors);
            }

            @Override
            public void onStop() {
                server.onStop();
            }
        });
        Socket socket = open(engine);
        socket.getOutputStream().write(new Region(FILE_BYTES + 10L, 10).request());
        Await.until("failed", () -> errors.size() == 1);
        assertEquals(libc_h.EIO(), errors.getFirst());
        TcpRig.closeAndCheck(engine);
        assertEquals(0, Descriptors.of(path));
    }
}

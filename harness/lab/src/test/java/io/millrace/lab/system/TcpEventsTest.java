package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages hear of each connection's states in order with its frames, and of exactly one end. */
@Slow
@Timeout(60)
class TcpEventsTest {
    private static final String OPENED = "O";
    private static final String ESTABLISHED = "E";
    private static final String FRAME = "f";
    /** What a connection's life may look like: frames between established and half closed, and one end. */
    private static final String LIFE = "OE?f*(HC|F|C|HF)";

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** A letter for each event and frame of each connection, by its id. */
    private static final class Recorder implements Stage {
        private final Map<Long, StringBuilder> lives = new LinkedHashMap<>();
        private final Map<Long, Integer> remotePorts = new HashMap<>();
        private final List<String> problems = new ArrayList<>();
        private volatile int ends;

        @Override
        public void onFrame(Frame frame) {
            lives.get(frame.connection().id()).append(FRAME);
            check(frame.connection());
        }

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.OPENED
                    && lives.putIfAbsent(connection.id(), new StringBuilder()) != null) {
                problems.add("id " + connection.id() + " is there twice");
            }
            lives.get(connection.id()).append(connection.state().name().charAt(0));
            check(connection);
            if (connection.state() == ConnectionState.FAILED && connection.errno() == 0) {
                problems.add("it failed, and nobody knows why");
            }
            if (isEnd(connection.state())) {
                ends = ends + 1;
            }
        }

        private static boolean isEnd(ConnectionState state) {
            return state == ConnectionState.CLOSED || state == ConnectionState.FAILED;
        }

        /** The same addresses in all its life. */
        private void check(Connection connection) {
            if (connection.remote().ipVersion() == 4) {
                int port = connection.remote().port();
                int before = remotePorts.computeIfAbsent(connection.id(), id -> port);
                if (port != before) {
                    problems.add("remote port " + port + ", before " + before);
                }
            }
        }
    }

    private static void use(InetSocketAddress server, int kind, Random random) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            byte[] bytes = new byte[1 + random.nextInt(5_000)];
            if (kind > 0) {
                socket.getOutputStream().write(bytes);
            }
            if (kind == 1) {
                socket.getInputStream().readNBytes(bytes.length);
            } else if (kind == 2) {
                socket.shutdownOutput();
                assertEquals(bytes.length, socket.getInputStream().readAllBytes().length);
            } else if (kind == 3) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline",
                "mode = inline, idle = wait",
                "mode = pipelined",
                "mode = pipelined, ring-size = 2"
            })
    void shouldTellEachConnectionsLifeInOrder(String engineConfig) throws IOException {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        Map<String, Stage> stages = new LinkedHashMap<>();
        stages.put("first", first);
        stages.put("second", second);
        Engine engine =
                rig.start(TcpRig.config(engineConfig, "frames = 256, buffers = 64, batch = 1", TcpRig.ECHO), stages);
        Random random = new Random(1);
        int connections = 400;
        for (int i = 0; i < connections; i++) {
            use(TcpRig.address(engine), i % 4, random);
        }
        Await.until("all ends heard of", () -> second.ends == connections);
        TcpRig.closeAndCheck(engine);
        for (Recorder recorder : List.of(first, second)) {
            assertEquals(List.of(), recorder.problems);
            assertEquals(connections, recorder.lives.size());
            assertEquals(connections, recorder.ends);
            recorder.lives.forEach((id, life) -> assertTrue(life.toString().matches(LIFE), () -> id + ": " + life));
            long closed = recorder.lives.values().stream()
                    .filter(life -> life.toString().endsWith("C"))
                    .count();
            assertEquals(TcpRig.get(engine, PortCounter.CLOSED), closed);
            long frames = recorder.lives.values().stream()
                    .mapToLong(life -> life.chars()
                            .filter(letter -> letter == FRAME.charAt(0))
                            .count())
                    .sum();
            assertEquals(TcpRig.get(engine, PortCounter.RX_FRAMES), frames);
        }
        assertEquals(first.lives.toString(), second.lives.toString(), "both have heard the same");
    }

    @Test
    void shouldTellWhoIsConnected() throws Exception {
        List<String> told = new ArrayList<>();
        Stage stage = new Stage() {
            @Override
            public void onFrame(Frame frame) {
                told.add("frame " + frame.source() + " " + frame.destination() + " "
                        + frame.connection().state());
            }

            @Override
            public void onConnection(Connection connection) {
                told.add(connection.state() + " " + connection.remote() + " " + connection.local() + " "
                        + connection.errno());
            }
        };
        Engine engine = rig.start(TcpRig.config("mode = inline", "", "{ stage = drop }"), "tells", stage);
        InetSocketAddress server = TcpRig.address(engine);
        Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
        socket.getOutputStream().write(1);
        Await.until("received", () -> TcpRig.get(engine, PortCounter.RX_FRAMES) == 1);
        socket.close();
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        String remote = "/127.0.0.1:" + socket.getLocalPort();
        String local = "/127.0.0.1:" + server.getPort();
        assertEquals(
                List.of(
                        "OPENED " + remote + " " + local + " 0",
                        "ESTABLISHED " + remote + " " + local + " 0",
                        "frame " + remote + " " + local + " ESTABLISHED",
                        "HALF_CLOSED " + remote + " " + local + " 0",
                        "CLOSED " + remote + " " + local + " 0"),
                told);
    }

    /** Connections that are open when the engine stops end in order, and the stages hear of it. */
    @ParameterizedTest
    @CsvSource({"inline", "pipelined"})
    void shouldTellOfTheEndWhenTheEngineStops(String mode) throws IOException {
        Recorder recorder = new Recorder();
        Engine engine = rig.start(TcpRig.config("mode = " + mode, "", TcpRig.ECHO), "records", recorder);
        InetSocketAddress server = TcpRig.address(engine);
        for (int i = 0; i < 10; i++) {
            Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
            socket.getOutputStream().write(7);
            assertEquals(7, socket.getInputStream().read());
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(10, recorder.ends);
        recorder.lives.forEach((id, life) -> assertEquals(OPENED + ESTABLISHED + FRAME + "C", life.toString()));
        assertEquals(10, TcpRig.get(engine, PortCounter.CLOSED));
    }

    /** A stage that throws at an event is counted, and neither the connection nor its frames suffer. */
    @ParameterizedTest
    @CsvSource({"inline", "pipelined"})
    void shouldGoOnWhenStageThrowsAtEvents(String mode) throws IOException {
        Stage stage = new Stage() {
            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onConnection(Connection connection) {
                throw new IllegalStateException("at " + connection.state());
            }
        };
        Engine engine = rig.start(TcpRig.config("mode = " + mode, "", TcpRig.ECHO), "throws", stage);
        InetSocketAddress server = TcpRig.address(engine);
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.getOutputStream().write(7);
            assertEquals(7, socket.getInputStream().read());
        }
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        assertEquals(4, engine.statistics().stages().getFirst().errors());
    }

    @Test
    void shouldNotShowConnectionAfterItsCallback() throws IOException {
        Connection[] kept = new Connection[1];
        Stage stage = new Stage() {
            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onConnection(Connection connection) {
                kept[0] = connection;
            }
        };
        Engine engine = rig.start(TcpRig.config("mode = inline", "", TcpRig.ECHO), "keeps", stage);
        InetSocketAddress server = TcpRig.address(engine);
        new Socket(server.getAddress(), server.getPort()).close();
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        assertNotEquals(null, kept[0]);
        assertThrows(IllegalStateException.class, kept[0]::id);
    }
}

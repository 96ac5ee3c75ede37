package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.bindings.libc.libc_h;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that connects keeps its one connection up, and does not hurry when it can't. */
@Slow
@Timeout(60)
class TcpConnectTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final long MS = 1_000_000;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private record Event(ConnectionState state, int errno, long timeNs, String remote) {}

    private static final class Recorder implements Stage {
        private final List<Event> events = new CopyOnWriteArrayList<>();

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public void onConnection(Connection connection) {
            events.add(new Event(
                    connection.state(),
                    connection.errno(),
                    System.nanoTime(),
                    connection.remote().toString()));
        }

        List<Event> of(ConnectionState state) {
            return events.stream().filter(event -> event.state() == state).toList();
        }
    }

    private static String config(String engine, String port, int number) {
        return TcpRig.config(engine, "bind = none, connect = \"127.0.0.1:" + number + "\", " + port, TcpRig.ECHO);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, HERE)) {
            return free.getLocalPort();
        }
    }

    private static void echo(Socket socket, int number) throws IOException {
        byte[] bytes = new BytePattern(number).copy(0, 20_000);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(bytes);
        assertArrayEquals(bytes, socket.getInputStream().readNBytes(bytes.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined"})
    void shouldConnectAgainWhenTheServerGoesAway(String engineConfig) throws IOException {
        Recorder recorder = new Recorder();
        try (ServerSocket server = new ServerSocket(0, 10, HERE)) {
            Engine engine =
                    rig.start(config(engineConfig, "reconnect-min = 20ms", server.getLocalPort()), "records", recorder);
            for (int i = 1; i <= 4; i++) {
                try (Socket socket = server.accept()) {
                    echo(socket, i);
                    if (i % 2 == 0) {
                        socket.setSoLinger(true, 0);
                    }
                }
                int lost = i;
                Await.until(
                        "lost",
                        () -> recorder.of(ConnectionState.CLOSED).size()
                                        + recorder.of(ConnectionState.FAILED).size()
                                == lost);
            }
            try (Socket last = server.accept()) {
                echo(last, 5);
                TcpRig.closeAndCheck(engine);
                assertEquals(-1, last.getInputStream().read());
            }
            assertEquals(5, TcpRig.get(engine, PortCounter.CONNECTED));
            assertEquals(2, TcpRig.get(engine, PortCounter.FAILED));
            assertEquals(3, TcpRig.get(engine, PortCounter.CLOSED));
            assertEquals(5, recorder.of(ConnectionState.ESTABLISHED).size());
            recorder.events.forEach(event -> assertEquals("/127.0.0.1:" + server.getLocalPort(), event.remote()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle = busy-spin", "idle = wait"})
    void shouldWaitLongerFromOneFailureToTheNext(String idle) throws IOException {
        Recorder recorder = new Recorder();
        int number = closedPort();
        Engine engine = rig.start(
                config("mode = inline, " + idle, "reconnect-min = 20ms, reconnect-max = 160ms", number),
                "records",
                recorder);
        Await.until("refused", () -> recorder.of(ConnectionState.FAILED).size() >= 7);
        List<Event> attempts = recorder.of(ConnectionState.OPENED);
        List<Event> failures = recorder.of(ConnectionState.FAILED);
        long[] waits = {20, 40, 80, 160, 160, 160};
        for (int i = 0; i < waits.length; i++) {
            long waited = attempts.get(i + 1).timeNs() - failures.get(i).timeNs();
            int attempt = i;
            assertTrue(waited > (waits[i] - 2) * MS, () -> "attempt " + attempt + " after " + waited);
            assertTrue(waited < (waits[i] + 500) * MS, () -> "attempt " + attempt + " after " + waited);
            assertEquals(libc_h.ECONNREFUSED(), failures.get(i).errno());
        }
        assertEquals(0, TcpRig.get(engine, PortCounter.CONNECTED));
        try (ServerSocket server = new ServerSocket(number, 10, HERE)) {
            try (Socket socket = server.accept()) {
                echo(socket, 1);
            }
            int failed = recorder.of(ConnectionState.FAILED).size();
            try (Socket again = server.accept()) {
                echo(again, 2);
            }
            assertEquals(failed, recorder.of(ConnectionState.FAILED).size());
            List<Event> last = recorder.of(ConnectionState.OPENED);
            long waited = last.getLast().timeNs()
                    - recorder.of(ConnectionState.CLOSED).getFirst().timeNs();
            assertTrue(waited < 120 * MS, () -> "after a success it waits the shortest time again: " + waited);
        }
        TcpRig.closeAndCheck(engine);
    }

    /** An address of a network that the test has made, at which there is nobody. */
    private static String nobody(Rig wire) {
        String neighbour = wire.left().ipv4Address().getHostAddress();
        return neighbour.substring(0, neighbour.lastIndexOf('.')) + ".99";
    }

    @RootOnly
    @Test
    void shouldGiveUpConnectingAfterTheTimeOut() {
        Recorder recorder = new Recorder();
        try (Rig wire = Rig.create()) {
            Engine engine = wire.startIn(
                    wire.right().namespace(),
                    TcpRig.config(
                            "mode = inline",
                            "bind = none, connect" + " = \"" + nobody(wire)
                                    + ":9\", connect-timeout = 300ms, reconnect-min = 50ms",
                            TcpRig.ECHO),
                    Map.of("records", recorder));
            Await.until("timed out", () -> recorder.of(ConnectionState.FAILED).size() >= 2);
            Event attempt = recorder.of(ConnectionState.OPENED).getFirst();
            Event failure = recorder.of(ConnectionState.FAILED).getFirst();
            assertEquals(libc_h.ETIMEDOUT(), failure.errno());
            assertTrue(failure.timeNs() - attempt.timeNs() > 290 * MS, "not earlier");
            assertTrue(failure.timeNs() - attempt.timeNs() < 1_500 * MS, "not much later");
            assertTrue(TcpRig.get(engine, PortCounter.TIMED_OUT) >= 2);
            TcpRig.closeAndCheck(engine);
        }
    }

    @RootOnly
    @Test
    void shouldStopWhileItConnects() {
        Recorder recorder = new Recorder();
        long before = Descriptors.count();
        try (Rig wire = Rig.create()) {
            Engine engine = wire.startIn(
                    wire.right().namespace(),
                    TcpRig.config(
                            "mode = inline",
                            "bind = none, connect" + " = \"" + nobody(wire) + ":9\", connect-timeout = 1m",
                            TcpRig.ECHO),
                    Map.of("records", recorder));
            Await.until("at it", () -> !recorder.events.isEmpty());
            assertEquals(List.of(), recorder.of(ConnectionState.FAILED));
            long start = System.nanoTime();
            TcpRig.closeAndCheck(engine);
            assertTrue(System.nanoTime() - start < 2_000 * MS);
        }
        Await.until("no socket is left", () -> Descriptors.count() == before);
    }

    /** A port's ticks, which a short time-out makes many of, are no work that is left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline",
                "mode = pipelined",
                "mode = inline, idle = wait",
                "mode = pipelined, idle = wait"
            })
    void shouldStopSoonWhateverItsTimeOuts(String engineConfig) throws IOException {
        for (int wait : new int[] {1, 100}) {
            Engine engine = rig.start(config(
                    engineConfig + ", drain-timeout = 5s",
                    "reconnect-min = " + wait + "ms, reconnect-max = " + wait + "ms",
                    closedPort()));
            Await.until("refused", () -> TcpRig.get(engine, PortCounter.FAILED) > 0);
            long start = System.nanoTime();
            TcpRig.closeAndCheck(engine);
            assertTrue(System.nanoTime() - start < 3_000 * MS);
            assertNull(engine.failure());
        }
    }

    /** Frames of other ports leave by the one connection; while there is none, they are counted as gone. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldSendDatagramsByTheConnection(String mode) throws IOException {
        int number = closedPort();
        Engine engine = rig.start("millrace { engine { mode = " + mode + " }, ports {"
                + " in { type = udp, bind = \"127.0.0.1:0\" }\n"
                + " out { type = tcp, connect = \"127.0.0.1:" + number + "\", reconnect-max = 100ms } }\n"
                + " pipeline = [ { stage = forward, to = out } ] }");
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(TcpRig.address(TcpRig.port(engine, "in")));
            client.send(new DatagramPacket(new byte[] {1, 2}, 2));
            Await.until("gone", () -> TcpRig.port(engine, "in").get(PortCounter.DROPPED_GONE) == 1);
            try (ServerSocket server = new ServerSocket(number, 10, HERE);
                    Socket socket = server.accept()) {
                Await.until("connected", () -> TcpRig.port(engine, "out").get(PortCounter.CONNECTED) == 1);
                byte[] all = new BytePattern(7).copy(0, 100 * 101 / 2);
                int from = 0;
                for (int i = 1; i <= 100; i++) {
                    client.send(new DatagramPacket(all, from, i));
                    from += i;
                }
                socket.setSoTimeout(20_000);
                assertArrayEquals(all, socket.getInputStream().readNBytes(all.length), "one behind the other");
            }
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(100, TcpRig.port(engine, "out").get(PortCounter.COPIED));
        assertEquals(100, TcpRig.port(engine, "in").get(PortCounter.FORWARDED));
    }

    /** Copies of short datagrams share frames, so that it is high-water that bounds them. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepManyShortDatagramsForServerThatReadsLate(String mode) throws IOException {
        try (ServerSocket server = new ServerSocket();
                DatagramSocket client = new DatagramSocket()) {
            server.setReceiveBufferSize(16_384);
            server.bind(new InetSocketAddress(HERE, 0));
            Engine engine = rig.start("millrace { engine { mode = " + mode + " }, ports {"
                    + " in { type = udp, bind = \"127.0.0.1:0\" }\n"
                    + " out { type = tcp, connect = \"127.0.0.1:" + server.getLocalPort() + "\", frames = 256,"
                    + " buffers = 64, send-buffer = 16KiB } }\n"
                    + " pipeline = [ { stage = forward, to = out } ] }");
            Socket socket = rig.add(server.accept());
            Await.until("connected", () -> TcpRig.port(engine, "out").get(PortCounter.CONNECTED) == 1);
            client.connect(TcpRig.address(TcpRig.port(engine, "in")));
            int size = 100;
            int count = 8_000;
            byte[] all = new byte[count * size];
            BytePattern pattern = new BytePattern(8);
            for (int i = 0; i < count; i++) {
                System.arraycopy(pattern.copy((long) i * size, size), 0, all, i * size, size);
                client.send(new DatagramPacket(all, i * size, size));
                int sent = i + 1;
                if (sent % 100 == 0) {
                    Await.until("received", () -> TcpRig.port(engine, "in").get(PortCounter.RX_FRAMES) == sent);
                }
            }
            assertEquals(0, TcpRig.port(engine, "in").get(PortCounter.DROPPED_TX_FULL));
            socket.setSoTimeout(20_000);
            assertArrayEquals(all, socket.getInputStream().readNBytes(all.length));
            TcpRig.closeAndCheck(engine);
            assertEquals(count, TcpRig.port(engine, "in").get(PortCounter.FORWARDED));
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionControl;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.statistics.PortCounter;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program ends connections by their ids, full ones too, from wherever it likes. */
@Timeout(60)
class TcpEndTest {
    private static final int DATAGRAM = 500;
    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Sends every datagram to the one connection of port p; one that begins with c or a ends it instead. */
    private static final class Feeds implements Stage {
        private ConnectionControl connections;
        private volatile long id;
        private volatile ConnectionState end;
        private volatile int errno;

        @Override
        public void configure(StageContext context) {
            connections = context.connections();
            assertThrows(IllegalStateException.class, () -> connections.close(1));
        }

        @Override
        public void onConnection(Connection connection) {
            switch (connection.state()) {
                case ESTABLISHED -> id = connection.id();
                case CLOSED, FAILED -> {
                    errno = connection.errno();
                    end = connection.state();
                }
                default -> {}
            }
        }

        @Override
        public void onFrame(Frame frame) {
            if (frame.kind() != FrameKind.DATAGRAM) {
                return;
            }
            switch (frame.buffer().getByte(0)) {
                case 'a' -> connections.abort(id);
                case 'c' -> connections.close(id);
                default -> {
                    frame.forward(0, id);
                    if (frame.buffer().getByte(0) == 'f') {
                        frame.closeConnection();
                    }
                }
            }
        }
    }

    private Engine start(String mode, Stage stage) {
        return rig.start(
                "millrace { engine { mode = " + mode + " }, ports {\n"
                        + " p { type = tcp, bind = \"127.0.0.1:0\", high-water = 16KiB, low-water = 4KiB,"
                        + " send-buffer = 8KiB,"
                        + " write-timeout = 30s }\n u { type = udp, bind = \"127.0.0.1:0\" } }\n"
                        + " pipeline = [ { stage = count } ] }",
                "feeds",
                stage);
    }

    private Socket open(Engine engine) throws IOException {
        InetSocketAddress at = TcpRig.address(engine);
        Socket socket = rig.add(new Socket());
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(20_000);
        socket.connect(at);
        return socket;
    }

    private static void send(Engine engine, DatagramSocket from, char first) throws IOException {
        byte[] bytes = new byte[DATAGRAM];
        bytes[0] = (byte) first;
        from.send(new DatagramPacket(bytes, DATAGRAM, TcpRig.address(TcpRig.port(engine, "u"))));
    }

    private static long full(Engine engine) {
        return TcpRig.port(engine, "u").get(PortCounter.DROPPED_TX_FULL);
    }

    /**
     * The ways to end it: by a stage in a frame of another port, by the application, behind a frame that is dropped.
     */
    @ParameterizedTest
    @CsvSource({"inline, a", "pipelined, a", "inline, c", "pipelined, c", "inline, A", "inline, C", "pipelined, f"})
    void shouldEndConnectionThatIsFull(String mode, char way) throws IOException {
        Feeds feeds = new Feeds();
        Engine engine = start(mode, feeds);
        Socket peer = open(engine);
        Await.until("known", () -> feeds.id != 0);
        try (DatagramSocket client = new DatagramSocket()) {
            while (full(engine) == 0) {
                send(engine, client, 'x');
            }
            switch (way) {
                case 'A' -> engine.connections().abort(feeds.id);
                case 'C' -> engine.connections().close(feeds.id);
                default -> send(engine, client, way);
            }
            boolean aborts = Character.toLowerCase(way) == 'a';
            if (aborts) {
                Await.until("ended at once", () -> feeds.end == ConnectionState.FAILED);
                assertEquals(103, feeds.errno, "ECONNABORTED");
                assertThrows(SocketException.class, () -> peer.getInputStream().readAllBytes());
            } else {
                Await.until("takes no more", () -> {
                    sendUnchecked(engine, client);
                    return TcpRig.port(engine, "u").get(PortCounter.DROPPED_GONE) > 0;
                });
                long bytes = TcpRig.get(engine, PortCounter.TX_BYTES);
                assertEquals(bytes, peer.getInputStream().readAllBytes().length, "all of it, then the end");
                peer.close();
                Await.until("closed", () -> feeds.end == ConnectionState.CLOSED);
            }
        }
        engine.connections().abort(feeds.id); // which is over
        TcpRig.closeAndCheck(engine);
        engine.connections().close(feeds.id);
    }

    private static void sendUnchecked(Engine engine, DatagramSocket client) {
        try {
            send(engine, client, 'x');
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A gateway that does not want a client says so when it comes, and the next one on the same slot is another. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEndConnectionInTheCallbackThatTellsOfIt(String mode) throws IOException {
        Stage refuses = new Stage() {
            private ConnectionControl connections;
            private long former;

            @Override
            public void configure(StageContext context) {
                connections = context.connections();
            }

            @Override
            public void onConnection(Connection connection) {
                if (connection.state() == ConnectionState.ESTABLISHED) {
                    connections.abort(former == 0 ? connection.id() : former);
                    former = connection.id();
                }
            }

            @Override
            public void onFrame(Frame frame) {
                frame.forward(frame.portId());
            }
        };
        Engine engine = start(mode, refuses);
        Socket first = open(engine);
        assertThrows(
                SocketException.class,
                () -> assertEquals(-2, first.getInputStream().read()));
        Await.until("free again", () -> TcpRig.get(engine, PortCounter.FAILED) == 1);
        Socket second = open(engine);
        second.getOutputStream().write(7);
        assertEquals(7, second.getInputStream().read(), "the former one's id ends nothing");
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldRefuseIdsOfNoConnection() throws IOException {
        Feeds feeds = new Feeds();
        Engine engine = start("inline", feeds);
        open(engine);
        Await.until("known", () -> feeds.id != 0);
        for (long id : new long[] {1L << 52, 1L << 42, -1}) { // port u, another poller, nobody
            assertTrue(assertThrows(
                            IllegalArgumentException.class,
                            () -> engine.connections().close(id))
                    .getMessage()
                    .contains("; "));
        }
        engine.connections().abort(feeds.id + 1); // nobody's yet
        assertEquals(0, TcpRig.get(engine, PortCounter.FAILED));
        TcpRig.closeAndCheck(engine);
    }
}

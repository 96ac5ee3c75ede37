package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that a stage sends to one connection never go to another one of any port. */
@Slow
@Timeout(60)
class TcpTargetTest {
    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Knows the one connection of each of two ports; the first byte of a datagram says what becomes of it. */
    private static final class Chooses implements Stage {
        private final long[] ids = new long[2];
        private volatile int known;

        @Override
        public void configure(StageContext context) {
            assertEquals(1, context.portId("b") - context.portId("a"));
        }

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.ESTABLISHED) {
                ids[connection.portId()] = connection.id();
                known++;
            }
        }

        @Override
        public void onFrame(Frame frame) {
            if (frame.kind() != FrameKind.DATAGRAM) {
                return;
            }
            switch (frame.buffer().getByte(0)) {
                case 'o' -> frame.forward(1, ids[0]); // another port's id
                case '0' -> frame.forward(0, 0); // the id of no connection yet
                case 'l' -> { // both ways, the last one counts
                    frame.forward(1, ids[1]);
                    frame.drop();
                    frame.forward(0, ids[0]);
                }
                default -> { // a later stage forwards it by port b
                    frame.forward(0, ids[0]);
                    frame.closeConnection();
                }
            }
        }
    }

    /** Forwards what has come with an {@code r} by port b, and names no connection. */
    private static final class Redirects implements Stage {
        @Override
        public void onFrame(Frame frame) {
            if (frame.kind() == FrameKind.DATAGRAM && frame.buffer().getByte(0) == 'r') {
                frame.forward(1);
            }
        }
    }

    private Socket open(Engine engine, String port) throws IOException {
        InetSocketAddress at = TcpRig.address(TcpRig.port(engine, port));
        Socket socket = rig.add(new Socket(at.getAddress(), at.getPort()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    @ParameterizedTest
    @CsvSource({
        "inline, o, 1",
        "pipelined, o, 1",
        "inline, 0, 1",
        "inline, r, 1",
        "pipelined, r, 1",
        "inline, l, 0",
        "pipelined, l, 0"
    })
    void shouldSendToNobodyElse(String mode, String what, int refused) throws IOException {
        Chooses chooses = new Chooses();
        Map<String, Stage> stages = new LinkedHashMap<>();
        stages.put("chooses", chooses);
        stages.put("redirects", new Redirects());
        Engine engine = rig.start(
                "millrace { engine { mode = " + mode + " }, ports {\n"
                        + " a { type = tcp, bind = \"127.0.0.1:0\" }\n b { type = tcp, bind = \"127.0.0.1:0\" }\n"
                        + " u { type = udp, bind = \"127.0.0.1:0\" } }\n pipeline = [ { stage = count } ] }",
                stages);
        Socket first = open(engine, "a");
        Socket second = open(engine, "b");
        Await.until("both are known", () -> chooses.known == 2);
        assertNotEquals(chooses.ids[0], chooses.ids[1]);
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(TcpRig.address(TcpRig.port(engine, "u")));
            client.send(new DatagramPacket(what.getBytes(), 1));
            if (refused == 0) {
                assertEquals(what.charAt(0), first.getInputStream().read());
            }
            Await.until(
                    "it has left",
                    () -> TcpRig.port(engine, "u").get(PortCounter.DROPPED_INVALID)
                                    + TcpRig.port(engine, "u").get(PortCounter.FORWARDED)
                            == 1);
            assertEquals(refused, TcpRig.port(engine, "u").get(PortCounter.DROPPED_INVALID));
        }
        assertEquals(0, TcpRig.port(engine, "a").get(PortCounter.CLOSED));
        assertEquals(0, TcpRig.port(engine, "b").get(PortCounter.CLOSED));
        TcpRig.closeAndCheck(engine);
        assertEquals(-1, first.getInputStream().read(), "nothing more");
        assertEquals(-1, second.getInputStream().read(), "nothing at all");
    }
}

package io.millrace.lab.system;

import static io.millrace.lab.system.MixedRig.PEER_PORT;
import static io.millrace.lab.system.MixedRig.XDP_PORT;
import static io.millrace.lab.system.MixedRig.address;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Connection;
import io.millrace.ConnectionState;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.lab.net.RawSocket;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of frames between two ports, for each pair of kinds, as docs/sockets.md has it in tables: they arrive,
 * they find no room, there is no way out at the moment, or none any more. Of two {@code tcp} ports
 * {@link TcpAcrossPortsTest} tells.
 */
@RootOnly
@Timeout(60)
class PortPairsTest {
    private static final int COUNT = 40;
    private static final int IPV4 = 0x0800;
    /** Ethernet, IPv4, UDP. */
    private static final int HEADERS = 42;

    private static final int UDP_PORT = 9_001;
    private static final int TCP_PORT = 9_002;
    private static final int SERVER_PORT = 9_003;

    private static MixedRig rig;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void open() {
        rig = new MixedRig();
    }

    @AfterAll
    static void closeRig() {
        rig.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    private Engine start(String mode, String ports, String to, Stage... own) {
        Map<String, Stage> stages = own.length == 0 ? Map.of() : Map.of("own", own[0]);
        String pipeline = own.length == 0 ? "{ stage = forward, to = " + to + " }" : "{ stage = count }";
        return add(Rig.startOne(
                rig.middle,
                "millrace { engine { mode = " + mode + " }, ports {\n" + ports + " }\n pipeline = [ " + pipeline
                        + " ] }",
                stages));
    }

    /** What comes from the left network. */
    private static String source(String kind) {
        return switch (kind) {
            case "af-xdp" -> rig.xdp(4, "");
            case "udp" -> "u { type = udp, bind = \"10.99.0.2:" + UDP_PORT + "\" }\n";
            default -> "t { type = tcp, bind = \"10.99.0.2:" + TCP_PORT + "\" }\n";
        };
    }

    /** A way out to the right network, {@code to}. */
    private static String target(String kind, String more) {
        return switch (kind) {
            case "af-xdp" ->
                "to { type = af-xdp, interface = out0, accept = [\"udp dst port " + XDP_PORT + "\"]\n"
                        + " encapsulate { source = \"10.98.0.1:" + XDP_PORT + "\", destination = \"10.98.0.2:"
                        + PEER_PORT
                        + "\", destination-mac = \"" + rig.out.right().mac() + "\" }\n" + more + " }\n";
            case "udp" ->
                "to { type = udp, bind = \"10.98.0.1:0\", remote = \"10.98.0.2:" + PEER_PORT + "\"\n" + more + " }\n";
            default ->
                "to { type = tcp, connect = \"10.98.0.2:" + SERVER_PORT + "\", reconnect-max = 100ms\n" + more + " }\n";
        };
    }

    /** Sends to the source port, one message at a time. */
    private interface Sender {
        void send(byte[] message) throws IOException;
    }

    private Sender sender(String kind) throws Exception {
        if (kind.equals("tcp")) {
            Socket socket = add(rig.left.call(() -> new Socket("10.99.0.2", TCP_PORT)));
            socket.setTcpNoDelay(true);
            return message -> socket.getOutputStream().write(message);
        }
        UdpClient client = add(rig.left.call(() -> UdpClient.bound(
                address("10.99.0.1", PEER_PORT), address("10.99.0.2", kind.equals("udp") ? UDP_PORT : XDP_PORT))));
        return client::send;
    }

    /** Receives what leaves. */
    private interface Receiver {
        byte[] receive(int length) throws IOException;
    }

    private ServerSocket server() {
        return add(rig.right.call(() -> new ServerSocket(SERVER_PORT, 8, new InetSocketAddress(0).getAddress())));
    }

    /** Whole frames as they came, of which the payload is told: their headers name somebody else. */
    private Receiver wire() {
        RawSocket wire = add(rig.right.call(() -> RawSocket.open(rig.out.right().interfaceName(), IPV4)));
        return length -> {
            byte[] frame = wire.receive(20_000);
            return Arrays.copyOfRange(frame, HEADERS, frame.length);
        };
    }

    private Receiver receiver(String kind, Engine engine, ServerSocket server) throws IOException {
        if (kind.equals("tcp")) {
            Socket socket = add(server.accept());
            socket.setSoTimeout(20_000);
            Await.until("connected", () -> TcpRig.port(engine, "to").get(PortCounter.CONNECTED) == 1);
            return length -> socket.getInputStream().readNBytes(length);
        }
        UdpClient client = add(rig.right.call(() -> UdpClient.bound(address("10.98.0.2", PEER_PORT), null)));
        return length -> client.receive();
    }

    private static PortStatistics in(Engine engine) {
        return engine.statistics().ports().getFirst();
    }

    private static byte[] message(int number) {
        byte[] message = MixedRig.payload(number + 1);
        message[0] = (byte) number;
        return message;
    }

    private static void awaitAllDroppedAs(PortCounter counter, Engine engine) {
        Await.until(counter.name(), () -> in(engine).get(counter) == in(engine).get(PortCounter.RX_FRAMES));
    }

    private static void endAndCheck(Engine engine) {
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** Frames of the same kind that come one by one: datagrams, or pieces of a stream that somebody waits for. */
    private static void sendOneByOne(Sender sender, Engine engine, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            sender.send(message(i));
            long sent = i + 1;
            Await.until("received " + sent, () -> in(engine).get(PortCounter.RX_FRAMES) >= sent);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "inline, af-xdp, udp",
        "pipelined, udp, udp",
        "pipelined, tcp, udp",
        "inline, tcp, udp",
        "inline, af-xdp, tcp",
        "pipelined, af-xdp, tcp",
        "inline, udp, tcp",
        "pipelined, tcp, tcp",
        "pipelined, af-xdp, af-xdp",
        "inline, udp, af-xdp",
        "inline, tcp, af-xdp",
        "pipelined, tcp, af-xdp"
    })
    void shouldBringPayloadsAcross(String mode, String from, String to) throws Exception {
        ServerSocket server = to.equals("tcp") ? server() : null;
        Engine engine = start(mode, source(from) + target(to, ""), "to");
        Receiver receiver = from.equals("af-xdp") && to.equals("af-xdp") ? wire() : receiver(to, engine, server);
        Sender sender = sender(from);
        long bytes = 0;
        for (int i = 0; i < COUNT; i++) {
            sender.send(message(i));
            assertArrayEquals(message(i), receiver.receive(message(i).length), "message " + i);
            bytes += message(i).length;
        }
        endAndCheck(engine);
        assertEquals(
                COUNT, in(engine).get(PortCounter.FORWARDED), () -> in(engine).toString());
        PortStatistics out = TcpRig.port(engine, "to");
        assertEquals(COUNT, out.get(PortCounter.TX_FRAMES), out::toString);
        assertEquals(COUNT, out.get(PortCounter.COPIED), out::toString);
        assertEquals(
                bytes + (to.equals("af-xdp") ? (long) HEADERS * COUNT : 0),
                out.get(PortCounter.TX_BYTES),
                out::toString);
    }

    /** All frames of the way out are with the kernel, to receive into: nothing can be copied there. */
    @ParameterizedTest
    @CsvSource({
        "inline, af-xdp, udp",
        "pipelined, udp, udp",
        "pipelined, tcp, udp",
        "inline, udp, af-xdp",
        "pipelined, tcp, af-xdp",
        "inline, tcp, af-xdp"
    })
    void shouldCountWhatFindsNoRoom(String mode, String from, String to) throws Exception {
        String small = to.equals("udp")
                ? "frames = 8, buffers = 8, batch = 8"
                : "frames = 64, rings { rx = 64, fill = 64, tx = 64, completion = 64 }, batch = 64";
        Engine engine = start(mode, source(from) + target(to, small), "to");
        sendOneByOne(sender(from), engine, COUNT);
        awaitAllDroppedAs(PortCounter.DROPPED_TX_FULL, engine);
        endAndCheck(engine);
        assertEquals(0, TcpRig.port(engine, "to").get(PortCounter.TX_FRAMES));
    }

    /** A connection whose peer does not read is full at some time; who can't be held back loses what comes then. */
    @ParameterizedTest
    @CsvSource({"inline, af-xdp", "pipelined, af-xdp", "pipelined, udp"})
    void shouldCountWhatFullConnectionsDoNotTake(String mode, String from) throws Exception {
        ServerSocket server = server();
        Engine engine = start(
                mode,
                source(from)
                        + target(
                                "tcp",
                                "high-water = 8KiB, low-water = 4KiB, frames = 64,"
                                        + " buffers = 16, send-buffer = 4KiB"),
                "to");
        receiver("tcp", engine, server);
        Sender sender = sender(from);
        byte[] message = new byte[1_400];
        Await.until("full", () -> {
            try {
                sender.send(message);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return in(engine).get(PortCounter.DROPPED_TX_FULL) > 0;
        });
        endAndCheck(engine);
    }

    @ParameterizedTest
    @CsvSource({"inline, af-xdp", "pipelined, af-xdp", "inline, udp"})
    void shouldCountWhatComesBeforeThereIsConnection(String mode, String from) throws Exception {
        Engine engine = start(mode, source(from) + target("tcp", ""), "to");
        sendOneByOne(sender(from), engine, COUNT);
        Await.until("gone", () -> in(engine).get(PortCounter.DROPPED_GONE) == COUNT);
        endAndCheck(engine);
    }

    /** Sends what datagrams carry to the connection of another port that it heard of first. */
    private static final class ToFirst implements Stage {
        private volatile long first;
        private int to;

        @Override
        public void configure(StageContext context) {
            to = context.portId("t");
        }

        @Override
        public void onConnection(Connection connection) {
            if (connection.state() == ConnectionState.ESTABLISHED && first == 0) {
                first = connection.id();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            frame.forward(to, first);
        }
    }

    @ParameterizedTest
    @CsvSource({"inline, af-xdp", "pipelined, af-xdp", "inline, udp", "pipelined, udp"})
    void shouldCountWhatNamesConnectionThatIsOver(String mode, String from) throws Exception {
        ToFirst stage = new ToFirst();
        Engine engine = start(mode, source(from) + source("tcp"), "", stage);
        Socket client = add(rig.left.call(() -> new Socket("10.99.0.2", TCP_PORT)));
        Await.until("known", () -> stage.first != 0);
        Sender sender = sender(from);
        sender.send(message(1));
        assertArrayEquals(message(1), client.getInputStream().readNBytes(message(1).length));
        client.close();
        Await.until(
                "over",
                () -> TcpRig.port(engine, "t").get(PortCounter.CLOSED)
                                + TcpRig.port(engine, "t").get(PortCounter.FAILED)
                        == 1);
        sendOneByOne(sender, engine, COUNT);
        Await.until("gone", () -> in(engine).get(PortCounter.DROPPED_GONE) >= COUNT - 1);
        endAndCheck(engine);
    }

    /** The kernel says so when it is asked to send, behind the pipeline. */
    @ParameterizedTest
    @CsvSource({"inline, af-xdp", "pipelined, udp", "pipelined, tcp"})
    void shouldCountWhatTheKernelCannotSend(String mode, String from) throws Exception {
        Shell.run(rig.middle, "ip", "route", "replace", "unreachable", "10.97.0.0/24");
        Engine engine =
                start(mode, source(from) + "to { type = udp, bind = \"0.0.0.0:0\", remote = \"10.97.0.1:9\" }\n", "to");
        sendOneByOne(sender(from), engine, COUNT);
        Await.until(
                "failed",
                () -> TcpRig.port(engine, "to").get(PortCounter.TX_FAILED)
                                == in(engine).get(PortCounter.FORWARDED)
                        && in(engine).get(PortCounter.FORWARDED) >= COUNT);
        endAndCheck(engine);
        assertEquals(
                Map.of("EHOSTUNREACH", TcpRig.port(engine, "to").get(PortCounter.TX_FAILED)),
                TcpRig.port(engine, "to").errors().get("tx_failed"));
    }

    private static String mac(MixedRig rig) {
        return rig.out.right().mac().toString();
    }

    /** The interface is removed: nobody can be sent to. */
    @ParameterizedTest
    @CsvSource({"inline, udp", "pipelined, tcp"})
    void shouldCountWhatWouldLeaveByLostInterface(String mode, String from) throws Exception {
        try (MixedRig own = new MixedRig()) {
            String target = target("af-xdp", "").replace(mac(rig), mac(own));
            Engine engine =
                    own.start("mode = " + mode, source(from) + target, "{ stage = forward, to = to }", Map.of());
            own.out.close();
            Await.until("lost", () -> TcpRig.port(engine, "to").link().losses() == 1);
            try (Socket stream = from.equals("tcp") ? own.left.call(() -> new Socket("10.99.0.2", TCP_PORT)) : null;
                    UdpClient client = own.left.call(() -> UdpClient.to(address("10.99.0.2", UDP_PORT)))) {
                Sender sender = stream == null
                        ? client::send
                        : message -> stream.getOutputStream().write(message);
                sendOneByOne(sender, engine, COUNT);
                awaitAllDroppedAs(PortCounter.DROPPED_GONE, engine);
                assertTrue(in(engine).get(PortCounter.DROPPED_GONE) >= COUNT);
            }
            engine.close();
            Accounts.assertSettled(engine.statistics());
        }
    }
}

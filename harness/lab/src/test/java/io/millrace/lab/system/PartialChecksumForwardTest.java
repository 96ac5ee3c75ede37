package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.UdpCounters;
import io.millrace.lab.net.VethPair;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.Ipv4Flyweight;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels talk to each other through an engine, and leave their checksums to the interfaces, as they do over veth. */
@RootOnly
@Timeout(60)
class PartialChecksumForwardTest {
    private static final int PORT = 7_000;
    private static final int PING_MS = 5_000;
    private static final Stage BRIDGE = frame -> frame.forward(1 - frame.portId());

    private static Line line() {
        return new Line(VethPair.Builder::transmitOffload);
    }

    private static Engine bridge(Line line, String keys, String umem) {
        String config = line.forwarder("inline", "accept = [], " + keys, umem, "{ stage = count }");
        return Rig.startOne(line.middle, config, Map.of("bridge", BRIDGE));
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private static void exchangeDatagrams(Line line, InetAddress there, int length) {
        try (UdpClient server = line.right.call(() -> UdpClient.at(there));
                UdpClient client = line.left.call(() -> UdpClient.to(server.localAddress()))) {
            client.send(payload(length));
            assertArrayEquals(payload(length), server.receive());
            server.send(payload(length + 1), server.sender());
            assertArrayEquals(payload(length + 1), client.receive());
        }
    }

    /** So many bytes come back as they were sent. */
    private static void exchangeStream(Line line, InetAddress there, int length) throws Exception {
        try (ServerSocket server = line.right.call(() -> new ServerSocket(PORT, 1, there));
                Socket client = line.left.call(() -> connected(server))) {
            CompletableFuture<Long> echoed = Await.background(() -> echo(server));
            CompletableFuture<byte[]> back =
                    Await.background(() -> client.getInputStream().readAllBytes());
            client.getOutputStream().write(payload(length));
            client.shutdownOutput();
            assertArrayEquals(payload(length), back.get());
            assertEquals(length, echoed.get());
        }
    }

    private static Socket connected(ServerSocket server) throws IOException {
        Socket client = new Socket();
        client.connect(server.getLocalSocketAddress(), PING_MS);
        return client;
    }

    private static long echo(ServerSocket server) throws IOException {
        try (Socket accepted = server.accept()) {
            return accepted.getInputStream().transferTo(accepted.getOutputStream());
        }
    }

    private static EngineStatistics closed(Engine engine) {
        engine.close();
        Accounts.assertHome(engine.statistics());
        return engine.statistics();
    }

    /** In place, as copies, and in several segments. */
    @ParameterizedTest
    @CsvSource({
        "attach = native, own",
        "attach = native, a",
        "attach = skb, own",
        "attach = skb, a",
        "'attach = native, multi-buffer = on', own"
    })
    void shouldForwardDatagramsAndStreamsOfKernels(String keys, String umem) throws Exception {
        try (Line line = line();
                Engine engine = bridge(line, keys, umem)) {
            InetAddress ipv4 = line.out.right().ipv4Address();
            InetAddress ipv6 = line.out.right().ipv6Address();
            assertTrue(line.left.ping(ipv4, PING_MS), "ICMP leaves nothing to a card");
            for (InetAddress there : new InetAddress[] {ipv4, ipv6}) {
                exchangeDatagrams(line, there, 1_000);
                exchangeStream(line, there, 900);
            }
            for (PortStatistics port : closed(engine).ports()) {
                assertTrue(port.get(PortCounter.PARTIAL_CHECKSUMS) >= 8, port::toString);
            }
        }
    }

    /** The kernel sees that the interface takes no more than a packet, and cuts what is longer itself. */
    @Test
    void shouldForwardAStreamAtFullSpeed() throws Exception {
        try (Line line = line();
                Engine engine = bridge(line, "attach = native", "a")) {
            exchangeStream(line, line.out.right().ipv4Address(), 2_000_000);
            closed(engine);
        }
    }

    /** The receiver's kernel checks a datagram when it is read. */
    @Test
    void shouldLeaveChecksumsAsTheyAreIfAskedTo() {
        try (Line line = line();
                Engine engine = bridge(line, "partial-checksums = leave", "a");
                UdpClient server =
                        line.right.call(() -> UdpClient.at(line.out.right().ipv4Address()));
                UdpClient client = line.left.call(() -> UdpClient.to(server.localAddress()))) {
            assertTrue(line.left.ping(line.out.right().ipv4Address(), PING_MS));
            client.send(payload(100));
            Await.until("refused by the receiver", () -> server.poll() == null && errors(line.right) == 1);
            EngineStatistics statistics = closed(engine);
            assertEquals(0, statistics.ports().getFirst().get(PortCounter.PARTIAL_CHECKSUMS));
            assertTrue(statistics.ports().getFirst().get(PortCounter.FORWARDED) > 0);
        }
    }

    private static long errors(Namespace namespace) {
        return namespace.call(() -> UdpCounters.read().errors());
    }

    /** A stage that turns frames round need not know of checksums either: the peer's kernel checks answers. */
    @ParameterizedTest
    @CsvSource({"native", "skb"})
    void shouldFinishChecksumsOnTheWayBackToTheSender(String attach) {
        try (Rig rig = Rig.of(VethPair.Builder::transmitOffload);
                UdpClient client = rig.left()
                        .namespace()
                        .call(() ->
                                UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)))) {
            Engine engine =
                    rig.start(Rig.config("", "attach = " + attach, "{ stage = forward, to = p }"), "turn", new Turn());
            assertArrayEquals(payload(501), client.ask(payload(501)));
            assertEquals(1, Rig.port(engine).get(PortCounter.PARTIAL_CHECKSUMS));
            closed(engine);
        }
    }

    /** Swaps what no checksum of UDP depends on the order of. */
    private static final class Turn implements Stage {
        private final EthernetFlyweight ethernet = new EthernetFlyweight();
        private final Ipv4Flyweight ip = new Ipv4Flyweight();

        @Override
        public void onFrame(Frame frame) {
            assertTrue(ethernet.wrap(frame.buffer(), 0, frame.length()));
            assertTrue(ip.wrap(frame.buffer(), ethernet.payloadOffset(), ethernet.payloadLength()));
            ethernet.swapAddresses();
            ip.swapAddresses();
            int ports = frame.buffer().getInt(ip.payloadOffset());
            frame.buffer().putInt(ip.payloadOffset(), Integer.rotateLeft(ports, Short.SIZE));
        }
    }
}

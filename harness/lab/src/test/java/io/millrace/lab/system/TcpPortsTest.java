package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP ports beside ports of other kinds, both families of addresses, and the options of their sockets. */
@Slow
@Timeout(60)
class TcpPortsTest {
    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldSendMessagesAsDatagrams(String mode) throws IOException {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            receiver.setSoTimeout(20_000);
            Engine engine = rig.start("millrace { engine { mode = " + mode + " }, ports {"
                    + " in { type = tcp, bind = \"127.0.0.1:0\", frame-size = 2KiB }\n"
                    + " out { type = udp, bind = \"127.0.0.1:0\", remote = \"127.0.0.1:" + receiver.getLocalPort()
                    + "\" } }\n"
                    + " pipeline = [ { stage = frame-by-length, size = 2 }, { stage = forward, to = out } ] }");
            InetSocketAddress server = TcpRig.address(TcpRig.port(engine, "in"));
            Socket socket = rig.add(new Socket(server.getAddress(), server.getPort()));
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            for (int i = 0; i < 200; i++) {
                byte[] message = new BytePattern(i).copy(0, i * 7);
                socket.getOutputStream().write(new byte[] {(byte) (message.length >> 8), (byte) message.length});
                socket.getOutputStream().write(message);
                packet.setLength(2048);
                receiver.receive(packet);
                assertEquals(message.length, packet.getLength());
                assertArrayEquals(message, Arrays.copyOf(packet.getData(), packet.getLength()));
            }
            socket.close();
            Await.until("closed", () -> TcpRig.port(engine, "in").get(PortCounter.CLOSED) == 1);
            TcpRig.closeAndCheck(engine);
            assertEquals(200, TcpRig.port(engine, "in").get(PortCounter.FORWARDED));
        }
    }

    /** Payloads of UDP frames that AF_XDP received become a byte stream. */
    @RootOnly
    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined"})
    void shouldSendPayloadsOfFramesByTheConnection(String engineConfig) throws Exception {
        try (Rig wire = Rig.create()) {
            ServerSocket server = rig.add(wire.left()
                    .namespace()
                    .call(() -> new ServerSocket(0, 10, wire.left().ipv4Address())));
            String address = wire.left().ipv4Address().getHostAddress() + ":" + server.getLocalPort();
            Engine engine = wire.startIn(
                    wire.right().namespace(),
                    "millrace { engine { " + engineConfig + " }\n"
                            + " ports { p { type = af-xdp, interface = right0, accept = [\"udp dst port " + Rig.UDP_PORT
                            + "\"] }\n"
                            + " out { type = tcp, connect = \"" + address + "\" } }\n"
                            + " pipeline = [ { stage = forward, to = out } ] }",
                    Map.of());
            Socket socket = rig.add(server.accept());
            socket.setSoTimeout(20_000);
            Await.until("connected", () -> TcpRig.port(engine, "out").get(PortCounter.CONNECTED) == 1);
            int frames = 1_000;
            wire.traffic().send(TrafficPlan.frames(frames));
            int payload = 64 - 14 - 20 - 8;
            byte[] all = socket.getInputStream().readNBytes(frames * payload);
            assertEquals(frames * payload, all.length);
            engine.close();
            assertEquals(0, socket.getInputStream().readAllBytes().length);
            for (var port : engine.statistics().ports()) {
                TcpRig.assertHome(port);
            }
            assertEquals(frames, TcpRig.port(engine, "p").get(PortCounter.FORWARDED));
            assertEquals(frames * payload, TcpRig.port(engine, "out").get(PortCounter.TX_BYTES));
        }
    }

    @Test
    void shouldServeIpv6() throws IOException {
        Engine engine = rig.start(TcpRig.config("mode = inline", "bind = \"[::1]:0\"", TcpRig.ECHO));
        try (EchoClients clients = EchoClients.open(TcpRig.address(engine), 3, 100_000, 1)) {
            clients.run();
        }
        TcpRig.closeAndCheck(engine);
    }

    @Test
    void shouldServeSeveralPortsAtOnce() throws IOException {
        Engine both = rig.start(
                "millrace { engine { mode = inline }\n"
                        + "ports { a { type = tcp, bind = \"127.0.0.1:0\" }\n"
                        + "b { type = tcp, bind = \"127.0.0.1:0\", frame-size = 4KiB } }\n"
                        + "pipeline = [ { stage = count } ] }",
                "back",
                frame -> frame.forward(frame.portId()));
        try (EchoClients ones = EchoClients.open(TcpRig.address(TcpRig.port(both, "a")), 3, 300_000, 1);
                EchoClients others = EchoClients.open(TcpRig.address(TcpRig.port(both, "b")), 3, 300_000, 2)) {
            var background = Await.background(() -> {
                ones.run();
                return ones.received();
            });
            others.run();
            assertEquals(900_000, background.join());
        }
        TcpRig.closeAndCheck(both);
    }

    /** The descriptors of accepted sockets are this process's own, and tell their options. */
    @ParameterizedTest
    @CsvSource({"on, on", "off, off", "on, off"})
    void shouldSetOptionsOfAcceptedSockets(String noDelay, String keepAlive) throws Exception {
        Engine engine = rig.start(TcpRig.config(
                "mode = inline",
                "no-delay = " + noDelay + ", keep-alive = " + keepAlive
                        + ", send-buffer = 100KiB, receive-buffer = 50KiB",
                TcpRig.ECHO));
        TreeSet<Integer> before = sockets();
        Socket client = rig.add(new Socket("127.0.0.1", TcpRig.address(engine).getPort()));
        client.getOutputStream().write(1);
        assertEquals(1, client.getInputStream().read());
        client.setTcpNoDelay(false);
        client.setKeepAlive(false);
        client.setSendBufferSize(8192);
        List<Integer> accepted = sockets().stream()
                .filter(fd ->
                        !before.contains(fd) && option(fd, libc_h.SOL_SOCKET(), libc_h.SO_SNDBUF()) == 2 * 100 * 1024)
                .toList();
        assertEquals(1, accepted.size());
        int fd = accepted.getFirst();
        assertEquals(noDelay.equals("on"), option(fd, libc_h.IPPROTO_TCP(), libc_h.TCP_NODELAY()) != 0);
        assertEquals(keepAlive.equals("on"), option(fd, libc_h.SOL_SOCKET(), libc_h.SO_KEEPALIVE()) != 0);
        assertEquals(2 * 50 * 1024, option(fd, libc_h.SOL_SOCKET(), libc_h.SO_RCVBUF()));
        TcpRig.closeAndCheck(engine);
    }

    private static TreeSet<Integer> sockets() throws IOException {
        TreeSet<Integer> sockets = new TreeSet<>();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            descriptors
                    .mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(fd -> option(fd, libc_h.SOL_SOCKET(), libc_h.SO_SNDBUF()) > 0)
                    .forEach(sockets::add);
        }
        return sockets;
    }

    /** An option's value; -1 of what is no socket. */
    private static int option(int fd, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            Libc.getsockopt(fd, level, option, value);
            return value.get(ValueLayout.JAVA_INT, 0);
        } catch (SystemCallException e) {
            return -1;
        }
    }

    @Test
    void shouldSpreadConnectionsOverEnginesThatShareAnAddress() throws Exception {
        Engine first = rig.start(TcpRig.config("mode = inline", "reuse-port = on", TcpRig.ECHO));
        Engine second = rig.start(TcpRig.config(
                "mode = inline",
                "reuse-port = on, bind = \"127.0.0.1:" + TcpRig.address(first).getPort() + "\"",
                TcpRig.ECHO));
        try (EchoClients clients = EchoClients.open(TcpRig.address(first), 64, 1_000, 1)) {
            clients.run();
        }
        Await.until(
                "all closed",
                () -> TcpRig.get(first, PortCounter.CLOSED) + TcpRig.get(second, PortCounter.CLOSED) == 64);
        assertTrue(TcpRig.get(first, PortCounter.ACCEPTED) > 0 && TcpRig.get(second, PortCounter.ACCEPTED) > 0);
        TcpRig.closeAndCheck(first);
        TcpRig.closeAndCheck(second);
    }
}

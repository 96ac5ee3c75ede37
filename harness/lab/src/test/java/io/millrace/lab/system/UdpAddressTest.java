package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import io.millrace.bindings.Libc;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where datagrams came from, where they were sent to and when, and where they go. */
@RootOnly
@Timeout(60)
class UdpAddressTest {
    private static final int PORT = Rig.UDP_PORT;
    private static final String FORWARD = "{ stage = forward, to = p }";
    private static final String SECOND_IPV4 = "10.99.0.3";
    private static final String SECOND_IPV6 = "fd00:99::3";
    private static final long SECOND_NS = 1_000_000_000;

    private static Rig rig;

    @BeforeAll
    static void open() {
        rig = Rig.create();
        Shell.run(rig.right().namespace(), "ip", "address", "add", SECOND_IPV4 + "/24", "dev", "right0");
        Shell.run(rig.right().namespace(), "ip", "address", "add", SECOND_IPV6 + "/64", "dev", "right0", "nodad");
    }

    @AfterEach
    void endTest() {
        rig.endTest();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private static InetAddress local(int family) {
        return family == 4 ? rig.left().ipv4Address() : rig.left().ipv6Address();
    }

    private static InetAddress first(int family) {
        return family == 4 ? rig.right().ipv4Address() : rig.right().ipv6Address();
    }

    private static InetAddress second(int family) {
        return InetAddress.ofLiteral(family == 4 ? SECOND_IPV4 : SECOND_IPV6);
    }

    private static String wildcard(int family) {
        return "bind = \"" + (family == 4 ? "0.0.0.0:" : "[::]:") + PORT + "\"";
    }

    private static UdpClient client(int family) {
        return rig.add(rig.left().namespace().call(() -> UdpClient.at(local(family))));
    }

    /** By turns to one and the other, many at once, so that sends could be joined that must not be. */
    @ParameterizedTest
    @CsvSource({"inline, 4, off", "pipelined, 4, on", "inline, 6, on", "pipelined, 6, off"})
    void shouldAnswerFromTheAddressThatWasAsked(String mode, int family, String gso) {
        Engine engine = rig.start(UdpRig.config("mode = " + mode, wildcard(family) + ", gso = " + gso, UdpRig.ECHO));
        UdpClient client = client(family);
        InetSocketAddress[] servers = {
            new InetSocketAddress(first(family), PORT), new InetSocketAddress(second(family), PORT)
        };
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 64; i++) {
                client.send(new byte[] {(byte) (i * i / 7 % 2), (byte) round}, servers[i * i / 7 % 2]);
            }
            for (int i = 0; i < 64; i++) {
                byte[] answer = client.receive();
                assertEquals(servers[answer[0]], client.sender());
                assertEquals(round, answer[1]);
            }
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** Such an address means something on one link only: the answer has to find it. */
    @ParameterizedTest
    @ValueSource(strings = {"off", "on"})
    void shouldAnswerLinkLocalAddresses(String gso) {
        Shell.run(rig.left().namespace(), "ip", "address", "replace", "fe80::1/64", "dev", "left0", "nodad");
        Shell.run(rig.right().namespace(), "ip", "address", "replace", "fe80::2/64", "dev", "right0", "nodad");
        Engine engine = rig.start(UdpRig.config("", wildcard(6) + ", gso = " + gso, UdpRig.ECHO));
        UdpClient client = rig.add(rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(
                        Inet6Address.getByAddress(
                                null, InetAddress.ofLiteral("fe80::2").getAddress(), Libc.ifNameToIndex("left0")),
                        PORT))));
        for (int i = 0; i < 100; i++) {
            assertArrayEquals(new byte[] {(byte) i}, client.ask(new byte[] {(byte) i}));
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** What a stage saw of a frame. */
    private record Seen(
            FrameKind kind,
            InetSocketAddress source,
            InetSocketAddress destination,
            long timestampNs,
            InetSocketAddress turnedSource,
            InetSocketAddress turnedDestination) {}

    private static final class Look implements Stage {
        private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

        @Override
        public void onFrame(Frame frame) {
            InetSocketAddress source = frame.source().toSocketAddress();
            InetSocketAddress destination = frame.destination().toSocketAddress();
            frame.turnRound();
            InetSocketAddress turnedSource = frame.source().toSocketAddress();
            InetSocketAddress turnedDestination = frame.destination().toSocketAddress();
            frame.turnRound();
            assertThrows(IllegalStateException.class, frame::connection);
            seen.add(new Seen(frame.kind(), source, destination, frame.timestampNs(), turnedSource, turnedDestination));
        }
    }

    private static Seen sent(UdpClient client, InetAddress to, Look look) throws Exception {
        client.send(new byte[] {1}, new InetSocketAddress(to, PORT));
        Seen seen = look.seen.poll(10, TimeUnit.SECONDS);
        assertTrue(seen != null, "seen");
        assertEquals(FrameKind.DATAGRAM, seen.kind);
        assertEquals(client.localAddress(), seen.source);
        assertEquals(seen.source, seen.turnedDestination);
        assertEquals(seen.destination, seen.turnedSource);
        return seen;
    }

    @ParameterizedTest
    @CsvSource({"inline, 4, off", "pipelined, 4, on", "inline, 6, on", "pipelined, 6, off"})
    void shouldTellAddressesAndTime(String mode, int family, String gro) throws Exception {
        Look look = new Look();
        Engine engine = rig.start(
                UdpRig.config(
                        "mode = " + mode,
                        wildcard(family) + ", timestamps = on, gro = " + gro
                                + (gro.equals("on") ? ", frame-size = 128KiB, frames = 16, buffers = 8" : ""),
                        "{ stage = drop }"),
                "look",
                look);
        UdpClient client = client(family);
        for (InetAddress to : List.of(first(family), second(family))) {
            Seen seen = sent(client, to, look);
            assertEquals(new InetSocketAddress(to, PORT), seen.destination);
            long nowNs = System.currentTimeMillis() * 1_000_000;
            assertTrue(Math.abs(nowNs - seen.timestampNs) < SECOND_NS, () -> nowNs + " and " + seen.timestampNs);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void shouldTellWhatItIsBoundToWhenNothingElseIsKnown(int family) throws Exception {
        Look look = new Look();
        rig.start(UdpRig.config("", wildcard(family) + ", local-address = off", "{ stage = drop }"), "look", look);
        Seen seen = sent(client(family), first(family), look);
        assertTrue(seen.destination.getAddress().isAnyLocalAddress(), seen::toString);
        assertEquals(PORT, seen.destination.getPort());
        assertEquals(0, seen.timestampNs);
    }

    @ParameterizedTest
    @CsvSource({"inline, 4, off", "pipelined, 4, on", "inline, 6, on", "pipelined, 6, off"})
    void shouldSendToRemoteUnlessStageTurnsFrameRound(String mode, int family, String gso) {
        UdpClient remote = client(family);
        String address = (family == 4 ? rig.left().ipv4() : "[" + rig.left().ipv6() + "]") + ":"
                + remote.localAddress().getPort();
        Engine engine = rig.start(
                UdpRig.config(
                        "mode = " + mode,
                        wildcard(family) + ", gso = " + gso + ", remote = \"" + address + "\"",
                        FORWARD),
                "odd",
                frame -> {
                    if ((frame.buffer().getByte(0) & 1) != 0) {
                        frame.turnRound();
                    }
                });
        UdpClient client = client(family);
        InetSocketAddress server = new InetSocketAddress(first(family), PORT);
        for (int i = 0; i < 100; i++) {
            client.send(new byte[] {(byte) i}, server);
        }
        for (int i = 0; i < 100; i += 2) {
            assertArrayEquals(new byte[] {(byte) i}, remote.receive());
            assertArrayEquals(new byte[] {(byte) (i + 1)}, client.receive());
            assertEquals(server, client.sender());
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertNull(remote.poll());
        assertNull(client.poll());
        assertEquals(100, UdpRig.port(engine).get(PortCounter.TX_FRAMES));
    }

    /** Two sockets on one address: the kernel gives each sender to one of them. */
    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void shouldShareAnAddressWithReusePort(int family) {
        String config = UdpRig.config("", wildcard(family) + ", reuse-port = on", UdpRig.ECHO);
        Engine one = rig.start(config);
        Engine other = rig.start(config);
        InetSocketAddress server = new InetSocketAddress(first(family), PORT);
        int flows = 64;
        int each = 20;
        for (int flow = 0; flow < flows; flow++) {
            try (UdpClient client = rig.left().namespace().call(() -> UdpClient.to(server))) {
                for (int i = 0; i < each; i++) {
                    assertArrayEquals(new byte[] {(byte) i}, client.ask(new byte[] {(byte) i}));
                }
            }
        }
        one.close();
        other.close();
        long ones = UdpRig.port(one).get(PortCounter.RX_FRAMES);
        long others = UdpRig.port(other).get(PortCounter.RX_FRAMES);
        assertEquals(flows * each, ones + others);
        assertTrue(ones > 0 && others > 0, ones + " and " + others);
        assertEquals(0, ones % each, "whole flows");
        Accounts.assertHome(one.statistics());
        Accounts.assertHome(other.statistics());
    }
}

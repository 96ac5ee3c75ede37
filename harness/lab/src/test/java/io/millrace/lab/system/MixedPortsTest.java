package io.millrace.lab.system;

import static io.millrace.lab.system.MixedRig.PEER_PORT;
import static io.millrace.lab.system.MixedRig.XDP_PORT;
import static io.millrace.lab.system.MixedRig.address;
import static io.millrace.lab.system.MixedRig.host;
import static io.millrace.lab.system.MixedRig.payload;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.RawSocket;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import io.millrace.wire.InternetChecksum;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An AF_XDP port, {@code x}, on the left network, and sockets, {@code u} and {@code v}, in one engine. */
@RootOnly
@Timeout(60)
class MixedPortsTest {
    private static final int UDP_PORT = 9_001;
    private static final int COUNT = 500;
    private static final String UDP_ECHO = "{ stage = reflect }, { stage = forward, to = u }";

    private MixedRig rig;

    @BeforeEach
    void open() {
        rig = new MixedRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static String udp(int family, String more) {
        return "u { type = udp, bind = \"" + host(family, "0.0.0.0", "::") + ":" + UDP_PORT + "\", " + more + " }\n";
    }

    private static void assertPasses(UdpClient from, InetSocketAddress to, UdpClient arrives, InetSocketAddress as) {
        for (int i = 0; i < COUNT; i++) {
            from.send(payload(i), to);
            assertArrayEquals(payload(i), arrives.receive(), "datagram " + i);
            assertEquals(as, arrives.sender());
        }
    }

    /** What comes in by one port goes out by the other, copied once, in both directions. */
    @ParameterizedTest
    @CsvSource({"inline, 4, off", "pipelined, 4, on", "inline, 6, on", "pipelined, 6, off"})
    void shouldForwardBetweenAfXdpAndUdp(String mode, int family, String gso) {
        String farHost = host(family, "10.98.0.2", "fd00:98::2");
        Engine engine = rig.start(
                "mode = " + mode,
                rig.xdp(family, "") + udp(family, "gso = " + gso + ", remote = \"" + farHost + ":" + PEER_PORT + "\""),
                "{ stage = count }",
                Map.of("cross", frame -> frame.forward(1 - frame.portId())));
        UdpClient near = rig.peer(rig.left, family == 4 ? "10.99.0.1" : "fd00:99::1", PEER_PORT);
        UdpClient far = rig.peer(rig.right, family == 4 ? "10.98.0.2" : "fd00:98::2", PEER_PORT);
        assertPasses(
                near,
                address(host(family, "10.99.0.2", "fd00:99::2"), XDP_PORT),
                far,
                address(host(family, "10.98.0.1", "fd00:98::1"), UDP_PORT));
        assertPasses(
                far,
                address(host(family, "10.98.0.1", "fd00:98::1"), UDP_PORT),
                near,
                address(host(family, "10.99.0.2", "fd00:99::2"), XDP_PORT));
        engine.close();
        EngineStatistics last = engine.statistics();
        Accounts.assertHome(last);
        for (PortStatistics port : last.ports()) {
            assertEquals(COUNT, port.get(PortCounter.RX_FRAMES), port::toString);
            assertEquals(COUNT, port.get(PortCounter.FORWARDED), port::toString);
            assertEquals(COUNT, port.get(PortCounter.COPIED), port::toString);
            assertEquals(COUNT, port.get(PortCounter.TX_FRAMES), port::toString);
            assertEquals(0, port.get(PortCounter.TX_FAILED), port::toString);
        }
        assertEquals(bytes(), last.ports().get(1).get(PortCounter.RX_BYTES));
        assertEquals(bytes(), last.ports().get(1).get(PortCounter.TX_BYTES));
        assertEquals(
                bytes() + (family == 4 ? 42L : 62L) * COUNT, last.ports().get(0).get(PortCounter.TX_BYTES));
    }

    /** Another MAC address and another MTU: what the headers say goes by the interface as it is. */
    @Test
    void shouldGoByTheInterfaceAsItIs() {
        Engine engine =
                rig.start("mode = inline", rig.xdp(4, "") + udp(4, ""), "{ stage = forward, to = x }", Map.of());
        UdpClient far = rig.peer(rig.right, "10.98.0.2", PEER_PORT);
        InetSocketAddress to = address("10.98.0.1", UDP_PORT);
        byte[] changed = {2, 0, 0, 0, 0x77, 1};
        Shell.run(rig.middle, "ip", "link", "set", "in0", "address", "02:00:00:00:77:01");
        try (RawSocket wire = rig.in.left().rawSocket()) {
            Await.until("frames from the new address", () -> {
                far.send(payload(7), to);
                byte[] frame = wire.receive(100);
                return frame != null
                        && Arrays.equals(changed, Arrays.copyOfRange(frame, 6, 12))
                        && frame.length == 42 + payload(7).length;
            });
        }
        assertEquals(0, engine.statistics().ports().get(1).get(PortCounter.DROPPED_INVALID));
        Shell.run(rig.middle, "ip", "link", "set", "in0", "mtu", "600");
        Await.until("a payload that is too long is dropped", () -> {
            far.send(new byte[573], to);
            return engine.statistics().ports().get(1).get(PortCounter.DROPPED_INVALID) > 0;
        });
        long sent = engine.statistics().ports().get(0).get(PortCounter.TX_FRAMES);
        far.send(new byte[572], to);
        Await.until(
                "one that just fits is sent",
                () -> engine.statistics().ports().get(0).get(PortCounter.TX_FRAMES) > sent);
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** A checksum inside of the payload, and times of sending, which a socket does not tell. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldDoWhatIsAskedForFramesThatCross(String mode) {
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        EngineConfig config = EngineConfig.parse("millrace { engine { mode = " + mode + " }\n ports { "
                + rig.xdp(4, "tx-metadata = [timestamp, checksum]") + udp(4, "remote = \"10.98.0.2:" + PEER_PORT + "\"")
                + " }\n pipeline = [ { stage = count } ] }");
        long[] next = new long[1];
        Engine engine = rig.add(rig.middle.call(() -> Engine.builder(config)
                .stage("cross", frame -> {
                    frame.buffer().putShort(frame.payloadOffset(), (short) 0);
                    frame.offloadChecksum(frame.payloadOffset(), 0);
                    frame.stampTransmit(next[0]++);
                    frame.forward(1 - frame.portId());
                })
                .onTransmitted("x", (cookie, timeNs) -> told.add(cookie))
                .start()));
        UdpClient near = rig.peer(rig.left, "10.99.0.1", PEER_PORT);
        UdpClient far = rig.peer(rig.right, "10.98.0.2", PEER_PORT);
        for (int i = 0; i < COUNT; i++) {
            near.send(checked(i), address("10.99.0.2", XDP_PORT));
            assertChecked(i, far.receive());
            far.send(checked(i), address("10.98.0.1", UDP_PORT));
            assertChecked(i, near.receive());
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics x = engine.statistics().ports().get(0);
        PortStatistics u = engine.statistics().ports().get(1);
        assertEquals(COUNT, x.get(PortCounter.TX_STAMPED));
        assertEquals(COUNT, u.get(PortCounter.TX_UNSTAMPED));
        assertEquals(COUNT, x.get(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertEquals(COUNT, u.get(PortCounter.TX_CHECKSUMS_COMPUTED));
        for (int i = 0; i < COUNT; i++) {
            assertEquals(2L * i + 1, told.get(i), "the frames that came by the socket");
        }
        assertEquals(COUNT, told.size());
    }

    /** With room for a checksum. */
    private static byte[] checked(int number) {
        byte[] payload = payload(number);
        return payload.length < 2 ? new byte[2] : payload;
    }

    private static void assertChecked(int number, byte[] arrived) {
        byte[] sent = checked(number);
        assertEquals(0, InternetChecksum.fold(InternetChecksum.sum(new UnsafeBuffer(arrived), 0, arrived.length)));
        assertArrayEquals(Arrays.copyOfRange(sent, 2, sent.length), Arrays.copyOfRange(arrived, 2, arrived.length));
    }

    private static long bytes() {
        long bytes = 0;
        for (int i = 0; i < COUNT; i++) {
            bytes += payload(i).length;
        }
        return bytes;
    }

    /** Without a remote, a frame goes on to where its own headers say. */
    @ParameterizedTest
    @CsvSource({"inline, 4", "pipelined, 6"})
    void shouldSendFramesOfAfXdpWhereTheirHeadersSay(String mode, int family) {
        String destination = family == 4 ? "10.98.0.2" : "fd00:98::2";
        Shell.run(rig.left, "ip", "route", "add", destination, "via", family == 4 ? "10.99.0.2" : "fd00:99::2");
        Engine engine = rig.start(
                "mode = " + mode,
                rig.xdp(family, "accept = [\"udp dst port " + PEER_PORT + "\"]") + udp(family, ""),
                "{ stage = forward, to = u }",
                Map.of());
        UdpClient near = rig.peer(rig.left, family == 4 ? "10.99.0.1" : "fd00:99::1", PEER_PORT);
        UdpClient far = rig.peer(rig.right, destination, PEER_PORT);
        assertPasses(
                near,
                address(destination, PEER_PORT),
                far,
                address(family == 4 ? "10.98.0.1" : "fd00:98::1", UDP_PORT));
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @CsvSource({"inline, 4", "pipelined, 6"})
    void shouldForwardFromOneSocketToAnother(String mode, int family) {
        String farHost = host(family, "10.98.0.2", "fd00:98::2");
        Engine engine = rig.start(
                "mode = " + mode,
                udp(family, "") + "v { type = udp, bind = \"" + host(family, "10.98.0.1", "fd00:98::1")
                        + ":9002\", remote = \"" + farHost + ":" + PEER_PORT + "\" }",
                "{ stage = forward, to = v }",
                Map.of());
        UdpClient near = rig.peer(rig.left, family == 4 ? "10.99.0.1" : "fd00:99::1", 0);
        UdpClient far = rig.peer(rig.right, family == 4 ? "10.98.0.2" : "fd00:98::2", PEER_PORT);
        assertPasses(
                near,
                address(host(family, "10.99.0.2", "fd00:99::2"), UDP_PORT),
                far,
                address(host(family, "10.98.0.1", "fd00:98::1"), 9_002));
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics u = engine.statistics().ports().get(0);
        PortStatistics v = engine.statistics().ports().get(1);
        assertEquals(COUNT, u.get(PortCounter.FORWARDED));
        assertEquals(0, u.get(PortCounter.TX_FRAMES) + v.get(PortCounter.RX_FRAMES));
        assertEquals(COUNT, v.get(PortCounter.COPIED));
        assertEquals(bytes(), v.get(PortCounter.TX_BYTES));
    }

    /** Nothing but the frame tells where to: without a remote there is no way out of another socket. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountFramesThatHaveNowhereToGo(String mode) {
        Engine engine = rig.start(
                "mode = " + mode,
                udp(4, "") + "v { type = udp, bind = \"10.98.0.1:9002\" }",
                "{ stage = forward, to = v }",
                Map.of());
        UdpClient near = rig.peer(rig.left, "10.99.0.1", 0);
        for (int i = 0; i < COUNT; i++) {
            near.send(payload(i), address("10.99.0.2", UDP_PORT));
        }
        Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) == COUNT);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(COUNT, Rig.port(engine).get(PortCounter.DROPPED_INVALID));
    }

    /** All of the other port's frames are with the kernel: there is none to copy into. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountFramesThatFindNoMemoryToBeCopiedInto(String mode) {
        Engine engine = rig.start(
                "mode = " + mode,
                udp(4, "") + "v { type = udp, bind = \"10.98.0.1:9002\","
                        + " frames = 8, buffers = 8, batch = 8, remote = \"10.98.0.2:" + PEER_PORT + "\" }",
                "{ stage = forward, to = v }",
                Map.of());
        UdpClient near = rig.peer(rig.left, "10.99.0.1", 0);
        for (int i = 0; i < COUNT; i++) {
            near.send(payload(i), address("10.99.0.2", UDP_PORT));
        }
        Await.until("received", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) == COUNT);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(COUNT, Rig.port(engine).get(PortCounter.DROPPED_TX_FULL));
    }

    /** The poller sleeps until either kind of port has work, and does next to nothing meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined, wait-strategy = blocking"})
    void shouldSleepUntilEitherPortHasWork(String engineConfig) throws Exception {
        Engine engine = rig.start(
                engineConfig + ", idle = wait",
                rig.xdp(4, "") + udp(4, ""),
                "{ stage = reflect }",
                Map.of("back", frame -> frame.forward(frame.portId())));
        UdpClient near = rig.peer(rig.left, "10.99.0.1", PEER_PORT);
        for (int i = 0; i < 20; i++) {
            for (int port : new int[] {XDP_PORT, UDP_PORT, UDP_PORT, XDP_PORT}) {
                Thread.sleep(5);
                near.send(payload(i), address("10.99.0.2", port));
                assertArrayEquals(payload(i), near.receive());
            }
        }
        assertTrue(
                engine.statistics().uring().waits() > 20,
                () -> engine.statistics().uring().toString());
        EngineThreads.of(engine).assertSleep();
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    /** The socket of an interface that is gone has an error for good, which must not keep the poller awake. */
    @Test
    void shouldSleepWhenAnInterfaceIsGone() throws Exception {
        Engine engine = rig.start("mode = inline, idle = wait", rig.xdp(4, "") + udp(4, ""), UDP_ECHO, Map.of());
        UdpClient far = rig.peer(rig.right, "10.98.0.2", 0);
        far.send(payload(1), address("10.98.0.1", UDP_PORT));
        assertArrayEquals(payload(1), far.receive());
        rig.in.close();
        EngineThreads.of(engine).assertSleep();
        far.send(payload(2), address("10.98.0.1", UDP_PORT));
        assertArrayEquals(payload(2), far.receive(), "the other port goes on");
        engine.close();
        Accounts.assertSettled(engine.statistics());
    }
}

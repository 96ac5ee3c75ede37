package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several queues, several ports, several engines in one process. */
@RootOnly
@Timeout(60)
class PortsTest {
    private static final int FLOWS = 64;
    private static final int FRAMES = 200_000;
    private static final int DATAGRAMS = 20_000;
    private static final int DATAGRAM_LENGTH = 1_000;
    private static final String RULE = "accept = [\"udp dst port 9000\"]";
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void forget() {
        engines.clear(); // JUnit keeps this object until the end of all tests
    }

    /** Flows from many sockets, which the sender's kernel spreads over the queues; returns how many were echoed. */
    private static int echoes(Rig rig) throws Exception {
        int echoed = 0;
        for (int flow = 0; flow < FLOWS; flow++) {
            try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
                client.setSoTimeout(10_000);
                client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
                client.send(new DatagramPacket(new byte[] {(byte) flow}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals((byte) flow, answer.getData()[0]);
                echoed++;
            } catch (PortUnreachableException e) {
                // the kernel's: no one listens there
            }
        }
        return echoed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldServeAllQueues(String mode) throws Exception {
        try (Rig rig = Rig.create(4)) {
            Set<Integer> queues = ConcurrentHashMap.newKeySet();
            Engine engine = rig.start(
                    Rig.config("mode = " + mode, "queues = all, frames = 16384", ECHO),
                    "queues",
                    frame -> queues.add(frame.queue()));
            assertEquals(FLOWS, echoes(rig));
            assertTrue(queues.size() > 1, queues::toString);
            rig.traffic().send(TrafficPlan.frames(FRAMES));
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(List.of(0, 1, 2, 3), Rig.port(engine).queues());
            assertEquals(FRAMES + FLOWS, AfXdpStatistics.of(Rig.port(engine)).matched());
        }
    }

    @Test
    void shouldServeTheQueuesOfItsListAndLeaveTheOthersToTheKernel() throws Exception {
        try (Rig rig = Rig.create(4)) {
            Set<Integer> queues = ConcurrentHashMap.newKeySet();
            Engine engine = rig.start(
                    Rig.config("", "queues = [1, 3], frames = 8192", ECHO),
                    "queues",
                    frame -> queues.add(frame.queue()));
            rig.right().namespace().call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/icmp_ratelimit"), "0"));
            int echoed = echoes(rig);
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics port = Rig.port(engine);
            assertEquals(List.of(1, 3), port.queues());
            assertTrue(Set.of(1, 3).containsAll(queues), queues::toString);
            assertEquals(echoed, port.get(PortCounter.FORWARDED));
            assertTrue(
                    AfXdpStatistics.of(port).matched()
                                    + AfXdpStatistics.of(port).passed()
                            >= FLOWS,
                    port::toString);
            assertTrue(
                    AfXdpStatistics.of(port).passed() > 0
                            && AfXdpStatistics.of(port).matched() > 0,
                    port::toString);
        }
    }

    /** left0 -> in0 (port a) -> out0 (port b) -> far0, where a second engine looks at what arrives. */
    @ParameterizedTest
    @CsvSource({"inline, own", "pipelined, own", "inline, a", "pipelined, a"})
    void shouldForwardFromOnePortToAnother(String mode, String umem) throws Exception {
        try (Line line = new Line()) {
            BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>(10);
            FrameTemplate frame = line.frame(line.in.left(), line.in.right());
            try (KernelTraffic traffic = line.left.call(() -> KernelTraffic.open("left0", frame))) {
                Engine far = started(
                        line.right,
                        observer("far0"),
                        Map.of("arrived", seen -> arrived.offer(seen.segment().toArray(ValueLayout.JAVA_BYTE))));
                Engine two =
                        started(line.middle, line.forwarder(mode, RULE, umem, "{ stage = forward, to = b }"), Map.of());
                traffic.send(TrafficPlan.frames(1));
                assertArrayEquals(frame.bytes(), arrived.poll(10, TimeUnit.SECONDS));
                traffic.send(TrafficPlan.frames(FRAMES));
                two.close();
                far.close();
                assertForwarded(two.statistics(), far.statistics(), !umem.equals("own"));
            } finally {
                engines.forEach(Engine::close);
            }
            assertFalse(line.in.right().hasXdpProgram()
                    || line.out.left().hasXdpProgram()
                    || line.out.right().hasXdpProgram());
        }
    }

    /** Frames of both ports cross in one UMEM: each must come home by the other one's completion ring. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldForwardBothWaysInOneUmem(String mode) throws Exception {
        try (Line line = new Line()) {
            FrameTemplate there = line.frame(line.in.left(), line.in.right());
            FrameTemplate back = line.frame(line.out.right(), line.out.left());
            try (KernelTraffic fromLeft = line.left.call(() -> KernelTraffic.open("left0", there));
                    KernelTraffic fromRight = line.right.call(() -> KernelTraffic.open("far0", back))) {
                Engine two = started(
                        line.middle,
                        line.forwarder(mode, RULE, "a", "{ stage = count }"),
                        Map.of("bridge", frame -> frame.forward(1 - frame.portId())));
                Thread other = Thread.ofPlatform().start(() -> fromRight.send(TrafficPlan.frames(FRAMES)));
                fromLeft.send(TrafficPlan.frames(FRAMES));
                other.join();
                two.close();
                Accounts.assertHome(two.statistics());
                PortStatistics a = two.statistics().ports().get(0);
                PortStatistics b = two.statistics().ports().get(1);
                assertEquals(FRAMES, AfXdpStatistics.of(a).matched());
                assertEquals(FRAMES, AfXdpStatistics.of(b).matched());
                assertTrue(a.get(PortCounter.FORWARDED) > 0 && b.get(PortCounter.FORWARDED) > 0, two::toString);
                assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES));
                assertEquals(b.get(PortCounter.FORWARDED), a.get(PortCounter.TX_FRAMES));
                assertEquals(0, a.get(PortCounter.COPIED) + b.get(PortCounter.COPIED));
            } finally {
                engines.forEach(Engine::close);
            }
        }
    }

    /** The same in the other modes that a veth pair has, with datagrams of the kernels at both ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach = skb",
                "attach = skb, busy-poll { mode = on }",
                "attach = native, busy-poll { mode = on }"
            })
    void shouldForwardDatagramsBothWaysInOneUmem(String options) {
        try (Line line = new Line();
                Flood fromLeft = line.left.call(() -> Flood.of(server(line.in.right()), DATAGRAM_LENGTH));
                Flood fromRight = line.right.call(() -> Flood.of(server(line.out.left()), DATAGRAM_LENGTH))) {
            Engine two = started(
                    line.middle,
                    line.forwarder("inline", RULE + ", " + options, "a", "{ stage = count }"),
                    Map.of("bridge", frame -> frame.forward(1 - frame.portId())));
            Await.until(
                    "both ways",
                    () -> two.statistics().ports().stream()
                            .allMatch(port -> port.get(PortCounter.FORWARDED) > DATAGRAMS));
            assertTrue(fromLeft.stop() > DATAGRAMS && fromRight.stop() > DATAGRAMS);
            two.close();
            Accounts.assertHome(two.statistics());
            PortStatistics a = two.statistics().ports().get(0);
            PortStatistics b = two.statistics().ports().get(1);
            assertTrue(
                    options.startsWith("attach = " + AfXdpStatistics.of(a).attach())
                            && AfXdpStatistics.of(b)
                                    .attach()
                                    .equals(AfXdpStatistics.of(a).attach()),
                    two::toString);
            assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES));
            assertEquals(b.get(PortCounter.FORWARDED), a.get(PortCounter.TX_FRAMES));
            assertEquals(0, a.get(PortCounter.COPIED) + b.get(PortCounter.COPIED));
        } finally {
            engines.forEach(Engine::close);
        }
    }

    private static InetSocketAddress server(VethPair.End end) {
        return new InetSocketAddress(end.ipv4Address(), Rig.UDP_PORT);
    }

    private static String observer(String interfaceName) {
        return "millrace { ports { " + Line.port("far", interfaceName, RULE) + " }, pipeline = [{ stage = drop }] }";
    }

    private static void assertForwarded(EngineStatistics two, EngineStatistics far, boolean inPlace) {
        Accounts.assertHome(two);
        Accounts.assertHome(far);
        PortStatistics a = two.ports().get(0);
        PortStatistics b = two.ports().get(1);
        assertEquals(FRAMES + 1, AfXdpStatistics.of(a).matched());
        assertTrue(a.get(PortCounter.FORWARDED) > 1, a::toString);
        assertEquals(inPlace ? 0 : a.get(PortCounter.FORWARDED), b.get(PortCounter.COPIED));
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES));
        assertEquals(0, a.get(PortCounter.TX_FRAMES));
        assertEquals(
                b.get(PortCounter.TX_FRAMES),
                AfXdpStatistics.of(far.ports().getFirst()).matched());
        assertEquals(inPlace ? 0 : 8192, b.frames().total(), "frames are listed where the UMEM belongs");
    }

    private Engine started(Namespace namespace, String config, Map<String, Stage> stages) {
        Engine engine = Rig.startOne(namespace, config, stages);
        engines.add(engine);
        return engine;
    }
}

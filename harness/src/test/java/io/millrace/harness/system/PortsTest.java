package io.millrace.harness.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Stage;
import io.millrace.engine.counters.EngineStatistics;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.harness.net.Namespace;
import io.millrace.harness.net.VethPair;
import io.millrace.harness.traffic.FrameTemplate;
import io.millrace.harness.traffic.KernelTraffic;
import io.millrace.harness.traffic.TrafficPlan;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several queues, several ports, several engines in one process. */
@RootOnly
@Timeout(60)
class PortsTest {
    private static final int FLOWS = 64;
    private static final int FRAMES = 200_000;
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    private final List<Engine> engines = new ArrayList<>();

    /** Flows from many sockets, which the sender's kernel spreads over the queues; returns how many were echoed. */
    private static int echoes(Rig rig, int timeoutMs) throws Exception {
        int echoed = 0;
        for (int flow = 0; flow < FLOWS; flow++) {
            try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
                client.setSoTimeout(timeoutMs);
                client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
                client.send(new DatagramPacket(new byte[] {(byte) flow}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals((byte) flow, answer.getData()[0]);
                echoed++;
            } catch (IOException e) {
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
            Engine engine = rig.start(Rig.config("mode = " + mode, "queues = all, frames = 16384", ECHO), "queues",
                frame -> queues.add(frame.queue()));
            assertEquals(FLOWS, echoes(rig, 5_000));
            assertTrue(queues.size() > 1, queues::toString);
            rig.traffic().send(TrafficPlan.frames(FRAMES));
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(List.of(0, 1, 2, 3), Rig.port(engine).queues());
            assertEquals(FRAMES + FLOWS, Rig.port(engine).matched());
        }
    }

    @Test
    void shouldServeTheQueuesOfItsListAndLeaveTheOthersToTheKernel() throws Exception {
        try (Rig rig = Rig.create(4)) {
            Set<Integer> queues = ConcurrentHashMap.newKeySet();
            Engine engine = rig.start(Rig.config("", "queues = [1, 3], frames = 8192", ECHO), "queues",
                frame -> queues.add(frame.queue()));
            int echoed = echoes(rig, 200);
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics port = Rig.port(engine);
            assertEquals(List.of(1, 3), port.queues());
            assertTrue(Set.of(1, 3).containsAll(queues), queues::toString);
            assertEquals(echoed, port.get(PortCounter.FORWARDED));
            assertTrue(port.matched() + port.passed() >= FLOWS, port::toString);
            assertTrue(port.passed() > 0 && port.matched() > 0, port::toString);
        }
    }

    private static String port(String name, String interfaceName, String more) {
        return name + " { type = af-xdp, interface = " + interfaceName + ", " + more + " }\n";
    }

    /** left0 -> in0 (port a) -> out0 (port b) -> far0, where a second engine looks at what arrives. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldForwardFromOnePortToAnotherByOneCopy(String mode) throws Exception {
        try (Namespace left = Namespace.create("left"); Namespace middle = Namespace.create("middle");
                Namespace right = Namespace.create("right");
                VethPair in = VethPair.between(left, middle).names("left0", "in0").create();
                VethPair out = VethPair.between(middle, right).names("out0", "far0").create()) {
            BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>(10);
            String rule = "accept = [\"udp dst port 9000\"]";
            FrameTemplate frame = FrameTemplate.udp().macs(in.left().mac(), in.right().mac())
                .ips(in.left().ipv4Address(), in.right().ipv4Address()).ports(5000, 9000).length(500).build();
            String forwarder = "millrace { engine { mode = " + mode + " }, ports { " + port("a", "in0", rule)
                + port("b", "out0", rule) + " }, pipeline = [{ stage = forward, to = b }] }";
            String observer = "millrace { ports { " + port("far", "far0", rule) + " }, pipeline = [{ stage = drop }] }";
            try (KernelTraffic traffic = left.call(() -> KernelTraffic.open("left0", frame))) {
                Engine far = started(right, observer, Map.of("arrived",
                    seen -> arrived.offer(seen.segment().toArray(ValueLayout.JAVA_BYTE))));
                Engine two = started(middle, forwarder, Map.of());
                traffic.send(TrafficPlan.frames(1));
                assertArrayEquals(frame.bytes(), arrived.poll(10, TimeUnit.SECONDS));
                traffic.send(TrafficPlan.frames(FRAMES));
                two.close();
                far.close();
                assertForwarded(two.statistics(), far.statistics());
            } finally {
                engines.forEach(Engine::close);
            }
            assertFalse(in.right().hasXdpProgram() || out.left().hasXdpProgram() || out.right().hasXdpProgram());
        }
    }

    private static void assertForwarded(EngineStatistics two, EngineStatistics far) {
        Accounts.assertHome(two);
        Accounts.assertHome(far);
        PortStatistics a = two.ports().get(0);
        PortStatistics b = two.ports().get(1);
        assertEquals(FRAMES + 1, a.matched());
        assertTrue(a.get(PortCounter.FORWARDED) > 1, a::toString);
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.COPIED));
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES));
        assertEquals(0, a.get(PortCounter.TX_FRAMES));
        assertEquals(b.get(PortCounter.TX_FRAMES), far.ports().getFirst().matched());
    }

    private Engine started(Namespace namespace, String config, Map<String, Stage> stages) {
        Engine engine = Rig.startOne(namespace, config, stages);
        engines.add(engine);
        return engine;
    }
}

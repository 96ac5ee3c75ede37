package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.HostException;
import io.millrace.Stage;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With {@code pollers = per-queue} there are as many lanes as queues, which only share the interface's program. */
@RootOnly
@Timeout(60)
class PollersTest {
    private static final int QUEUES = 4;
    private static final int FLOWS = 64;
    private static final int FRAMES = 200_000;
    private static final String PORT = "queues = all, frames = 4096, rings { fill = 2048 }";
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    /** Notes which thread shows it which queue. */
    private static final class Witness implements Stage {
        private final Map<Integer, Set<Thread>> threads;

        Witness(Map<Integer, Set<Thread>> threads) {
            this.threads = threads;
        }

        @Override
        public void onFrame(Frame frame) {
            threads.computeIfAbsent(frame.queue(), queue -> ConcurrentHashMap.newKeySet())
                    .add(Thread.currentThread());
        }
    }

    private static Engine start(Rig rig, String config, Map<Integer, Set<Thread>> threads) {
        return rig.add(rig.right()
                .namespace()
                .call(() -> Engine.builder(EngineConfig.parse(config))
                        .stagePerPoller("witness", () -> new Witness(threads))
                        .start()));
    }

    /** Flows from many sockets, which the sender's kernel spreads over the queues. */
    private static void echo(Rig rig) throws Exception {
        for (int flow = 0; flow < FLOWS; flow++) {
            try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
                client.setSoTimeout(10_000);
                client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
                client.send(new DatagramPacket(new byte[] {(byte) flow}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals((byte) flow, answer.getData()[0]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"inline, backoff", "pipelined, backoff", "inline, wait"})
    void shouldServeEachQueueByAPollerOfItsOwn(String mode, String idle) throws Exception {
        try (Rig rig = Rig.create(QUEUES)) {
            Map<Integer, Set<Thread>> threads = new ConcurrentHashMap<>();
            Engine engine = start(
                    rig, Rig.config("pollers = per-queue, idle = " + idle + ", mode = " + mode, PORT, ECHO), threads);
            echo(rig);
            rig.traffic().send(TrafficPlan.frames(FRAMES));
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics port = Rig.port(engine);
            assertEquals(List.of(0, 1, 2, 3), port.queues());
            assertEquals(QUEUES * 4096, port.frames().total());
            assertEquals(FRAMES + FLOWS, AfXdpStatistics.of(port).matched());
            assertTrue(threads.size() > 1, threads::toString);
            threads.forEach((queue, ofQueue) -> assertEquals(1, ofQueue.size(), () -> queue + ": " + ofQueue));
            assertEquals(
                    threads.size(),
                    threads.values().stream().flatMap(Set::stream).distinct().count());
            assertEquals(
                    port.get(PortCounter.RX_FRAMES),
                    engine.statistics().stages().getFirst().frames());
            assertFalse(rig.right().hasXdpProgram());
        }
    }

    @Test
    void shouldShareItsStagesAmongThePollers() throws Exception {
        try (Rig rig = Rig.create(QUEUES)) {
            Set<Integer> queues = ConcurrentHashMap.newKeySet();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            String config = Rig.config("pollers = per-queue, stages = shared", PORT, ECHO);
            Engine engine = rig.start(config, "mine", frame -> {
                queues.add(frame.queue());
                threads.add(Thread.currentThread());
            });
            echo(rig);
            rig.traffic().send(TrafficPlan.frames(FRAMES));
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(FRAMES + FLOWS, AfXdpStatistics.of(Rig.port(engine)).matched());
            assertTrue(queues.size() > 1, queues::toString);
            assertEquals(1, threads.size(), threads::toString);
            assertEquals(
                    Set.of(
                            "mr-mine",
                            "mr-reflect",
                            "mr-forward",
                            "mr-poller",
                            "mr-poller-1",
                            "mr-poller-2",
                            "mr-poller-3"),
                    Set.copyOf(engine.statistics().engineThreads()));
        }
    }

    @Test
    void shouldNameTheThreadsOfEachPoller() {
        try (Rig rig = Rig.create(2)) {
            EngineStatistics statistics = start(
                            rig, Rig.config("pollers = per-queue", PORT, ECHO), new ConcurrentHashMap<>())
                    .statistics();
            assertEquals(
                    Set.of(
                            "mr-witness",
                            "mr-reflect",
                            "mr-forward",
                            "mr-witness-1",
                            "mr-reflect-1",
                            "mr-forward-1",
                            "mr-poller",
                            "mr-poller-1"),
                    Set.copyOf(statistics.engineThreads()));
        }
    }

    @Test
    void shouldMakeAStageForEachPollerAndRefuseOneObjectForAll() {
        try (Rig rig = Rig.create(2)) {
            AtomicInteger made = new AtomicInteger();
            EngineConfig config = EngineConfig.parse(Rig.config("pollers = per-queue", PORT, ECHO));
            rig.right()
                    .namespace()
                    .call(() -> Engine.builder(config)
                            .stagePerPoller("mine", () -> {
                                made.incrementAndGet();
                                return Frame::drop;
                            })
                            .start())
                    .close();
            assertEquals(2, made.get());
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> rig.right()
                            .namespace()
                            .call(() -> Engine.builder(config)
                                    .stage("mine", Frame::drop)
                                    .start()));
            assertEquals(
                    "stage mine is one object, but pollers = per-queue has 2 pollers, each with stages of its own; use"
                            + " stagePerPoller",
                    e.getMessage());
            assertFalse(rig.right().hasXdpProgram());
        }
    }

    /** A socket beside the queues: the kernel shares its flows out among the pollers' sockets. */
    @Test
    void shouldForwardBetweenQueuesAndSockets() throws Exception {
        try (Rig rig = Rig.create(2)) {
            String config = "millrace { engine { pollers = per-queue }, ports {"
                    + " p { type = af-xdp, interface = right0, accept = [\"udp dst port 9000\"], " + PORT + " },"
                    + " s { type = udp, bind = \"0.0.0.0:9001\", reuse-port = on } },"
                    + " pipeline = [{ stage = reflect }, { stage = forward, to = s }] }";
            Map<Integer, Set<Thread>> threads = new ConcurrentHashMap<>();
            Engine engine = start(rig, config, threads);
            try (DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket())) {
                client.setSoTimeout(10_000);
                for (int i = 0; i < FLOWS; i++) {
                    client.send(new DatagramPacket(
                            new byte[] {(byte) i}, 1, rig.right().ipv4Address(), 9001));
                    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                    client.receive(answer);
                    assertEquals((byte) i, answer.getData()[0]);
                }
            }
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(FLOWS, engine.statistics().ports().get(1).get(PortCounter.FORWARDED));
        }
    }

    @Test
    void shouldStopWithTrafficOnAllQueues() throws Exception {
        try (Rig rig = Rig.create(QUEUES)) {
            for (int round = 0; round < 3; round++) {
                Engine engine = start(rig, Rig.config("pollers = per-queue", PORT, ECHO), new ConcurrentHashMap<>());
                Load load = rig.load();
                Await.until("frames to be echoed", () -> Rig.port(engine).get(PortCounter.FORWARDED) > 10_000);
                engine.close();
                Accounts.assertHome(engine.statistics());
                load.close();
            }
        }
    }

    @Test
    void shouldLeaveTheInterfaceAsItWasWhenTheSecondPollerCanNotStart() {
        try (Rig rig = Rig.create(2);
                Arena arena = Arena.ofShared()) {
            rig.add(rig.right().namespace().call(() -> holder(arena, 1)));
            HostException e = assertThrows(
                    HostException.class,
                    () -> start(rig, Rig.config("pollers = per-queue", PORT, ECHO), new ConcurrentHashMap<>()));
            assertTrue(e.getMessage().contains(": queue 1 of right0 is held by another AF_XDP socket"), e::getMessage);
            assertFalse(rig.right().hasXdpProgram());
        }
    }

    /** A socket of another program. */
    private static XdpSocket holder(Arena arena, int queue) {
        XdpSocket socket =
                XdpSocket.open(arena, Umem.map(arena, 64, 2048, HugePages.OFF), new RingSizes(64, 64, 64, 64));
        socket.bind("right0", Libc.ifNameToIndex("right0"), queue, xdp_h.XDP_COPY());
        return socket;
    }
}

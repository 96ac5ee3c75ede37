package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be the matter when an interface comes back: queues, other holders, other engines, stops and kills. */
@RootOnly
@Timeout(120)
class LinkReturnCasesTest extends ReturningLink {
    private static final int FLOWS = 32;
    private static final int LEASES = 1_000;
    private static final String SMALL = "frames = 4096, rings { fill = 1024 }";

    private void comeBack(int queues) {
        make(queues);
        awaitState(LinkState.UP);
        awaitSender();
    }

    /** Until the kernel has noticed a carrier, in its own time, the other end throws away what it is to send. */
    private void awaitSender() {
        Await.until(
                "left0 sends",
                () -> Shell.run(left, "ip", "link", "show", "left0").contains("state UP"));
    }

    /** Flows from many sockets, which the sender's kernel spreads over the queues. */
    private void echo() throws Exception {
        for (int flow = 0; flow < FLOWS; flow++) {
            try (DatagramSocket client = left.call(() -> new DatagramSocket())) {
                client.setSoTimeout(10_000);
                client.connect(pair.right().ipv4Address(), Rig.UDP_PORT);
                client.send(new DatagramPacket(new byte[] {(byte) flow}, 1));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals((byte) flow, answer.getData()[0]);
            }
        }
    }

    private void renew(int queues) {
        pair.close();
        make(queues);
        awaitSender();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pollers = per-queue",
                "pollers = per-queue, stages = shared",
                "pollers = per-queue, mode = inline",
                "mode = inline"
            })
    void shouldComeBackOnEachQueue(String engineConfig) throws Exception {
        renew(4);
        start(engineConfig, "queues = all, " + SMALL, ECHO);
        echo();
        for (int round = 1; round <= 5; round++) {
            remove();
            comeBack(4);
            echo();
            assertEquals(round, link().reopened());
        }
        assertEquals(List.of(0, 1, 2, 3), Rig.port(engine).queues());
        closeQuickly();
        assertEquals(6 * FLOWS, count(PortCounter.FORWARDED));
        assertEquals(6 * FLOWS, AfXdpStatistics.of(Rig.port(engine)).matched());
        assertFalse(pair.right().hasXdpProgram());
    }

    @Test
    void shouldSayThatThereAreFewerQueuesAndGoOnWhenThereAreAsManyAgain() throws Exception {
        renew(2);
        start("mode = inline", "queues = [0, 1], " + SMALL, ECHO);
        echo();
        remove();
        make(1);
        Await.until(
                () -> "said: " + link(),
                () -> link().why()
                        .equals("right0 has 1 queue now, and the port needs"
                                + " queue 1; give it as many as before with `ethtool -L right0`, or restart"
                                + " the engine"),
                20_000);
        assertEquals(LinkState.GONE, link().state());
        assertFalse(pair.right().hasXdpProgram(), "what was begun is undone");
        pair.close();
        Await.until(() -> "forgotten: " + link(), () -> link().why().isEmpty(), 20_000);
        comeBack(2);
        echo();
        assertEquals(new LinkStatistics(LinkState.UP, 1, 1500, 1, ""), link());
        closeQuickly();
    }

    @Test
    void shouldTryAgainWhileSomebodyElseHoldsTheQueue() throws Exception {
        start("mode = inline", "", ECHO);
        remove();
        Shell.run(right, "ip", "link", "add", "right0", "type", "veth", "peer", "name", "left0");
        try (Arena arena = Arena.ofShared();
                XdpSocket holder = right.call(() -> holder(arena))) {
            Shell.run(right, "ip", "link", "set", "left0", "up");
            Shell.run(right, "ip", "link", "set", "right0", "up");
            Await.until(
                    () -> "said: " + link(),
                    () -> link().why().contains("queue 0 of right0 is held by another" + " AF_XDP socket (EBUSY)"),
                    20_000);
            assertEquals(LinkState.GONE, link().state());
            assertTrue(holder.statistics().rxDropped() >= 0, "still its own");
        }
        awaitState(LinkState.UP);
        assertEquals(1, link().reopened());
        closeQuickly();
        Shell.run(right, "ip", "link", "delete", "right0");
    }

    private static XdpSocket holder(Arena arena) {
        Umem umem = Umem.map(arena, 64, 2048, HugePages.OFF);
        XdpSocket socket = XdpSocket.open(arena, umem, new RingSizes(64, 64, 64, 64));
        socket.bind("right0", Libc.ifNameToIndex("right0"), 0, xdp_h.XDP_COPY());
        return socket;
    }

    /** Each lets go, one attaches the program, the other takes part in it. */
    @Test
    void shouldComeBackWithAnotherEngineOnTheSameInterface() throws Exception {
        renew(2);
        start("mode = inline", "queues = [0]", ECHO);
        Engine other = Rig.startOne(right, Rig.config("mode = inline", "queues = [1]", ECHO), Map.of());
        try {
            echo();
            for (int round = 1; round <= 5; round++) {
                remove();
                Await.until("gone for both", () -> Rig.port(other).link().state() == LinkState.GONE);
                comeBack(2);
                Await.until(
                        () -> "back for both: " + Rig.port(other).link(),
                        () -> Rig.port(other).link().state() == LinkState.UP,
                        20_000);
                echo();
            }
        } finally {
            other.close();
        }
        closeQuickly();
        Accounts.assertHome(other.statistics());
        PortStatistics second = other.statistics().ports().getFirst();
        assertEquals(6 * FLOWS, count(PortCounter.FORWARDED) + second.get(PortCounter.FORWARDED));
        assertTrue(count(PortCounter.FORWARDED) > 0 && second.get(PortCounter.FORWARDED) > 0, second::toString);
        assertEquals(5, second.link().reopened());
        assertFalse(pair.right().hasXdpProgram());
    }

    @Test
    void shouldKeepTheRulesThatWereChangedMeanwhile() throws Exception {
        start("mode = inline", "accept = [\"udp dst port 1\"]", ECHO);
        engine.port("p").accept("udp dst port 2");
        remove();
        assertEquals(List.of("udp dst port 2"), engine.port("p").accepted());
        comeBack(1);
        assertEquals(List.of("udp dst port 2"), engine.port("p").accepted());
        remove();
        engine.port("p").accept("udp dst port " + Rig.UDP_PORT);
        comeBack(1);
        assertEquals(List.of("udp dst port " + Rig.UDP_PORT), engine.port("p").accepted());
        echo();
        closeQuickly();
    }

    /** Takes a lease of every frame, and keeps it. */
    private static final class Keeper implements Stage {
        private final List<Lease> leases = new ArrayList<>();

        @Override
        public synchronized void onFrame(Frame frame) {
            if (leases.size() < LEASES) {
                leases.add(frame.lease());
            }
        }

        synchronized void close() {
            leases.forEach(Lease::close);
        }

        synchronized int count() {
            return leases.size();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined"})
    void shouldLeaveLeasesOfFramesThatCameBeforeTheLoss(String engineConfig) throws Exception {
        Keeper keeper = new Keeper();
        engine = Rig.startOne(
                right,
                "millrace { leases { max = " + LEASES + " }\n engine { " + engineConfig
                        + " }\n ports { p { type = af-xdp, interface = right0, accept = [\"udp dst port " + Rig.UDP_PORT
                        + "\"], " + SMALL + " } }\n pipeline = [ " + ECHO + " ] }",
                Map.of("keeper", keeper));
        loseAndFind(PortCounter.RX_FRAMES, builder -> builder);
        assertTrue(keeper.count() > 100, "leases");
        assertEquals(keeper.count(), Rig.port(engine).frames().leased());
        load(load -> {
            Await.until("all leases", () -> keeper.count() == LEASES);
            load.stop();
        });
        keeper.close();
        Await.until("settled", () -> Rig.port(engine).frames().leased() == 0);
        closeQuickly();
    }

    /** A poller that sleeps in an io_uring, which would keep the sockets that it polls. */
    @Test
    void shouldWakeAPollerThatWaitsWithSockets() throws Exception {
        engine = Rig.startOne(
                right,
                "millrace { engine { mode = inline, idle = wait }\n ports { p { type = af-xdp,"
                        + " interface = right0, accept = [\"udp dst port " + Rig.UDP_PORT + "\"] }\n u { type = udp,"
                        + " bind = \"127.0.0.1:0\" } }\n pipeline = [ " + ECHO + " ] }",
                Map.of());
        echo();
        for (int round = 1; round <= 10; round++) {
            remove();
            Await.until(
                    () -> "no XDP sockets: " + xdpSockets(), () -> xdpSockets().isBlank(), 5_000);
            comeBack(1);
            long start = System.nanoTime();
            echo();
            long tookMs = (System.nanoTime() - start) / 1_000_000;
            assertTrue(tookMs < FLOWS * 20, () -> "woken by frames, and not by the clock: " + tookMs + " ms");
        }
        closeQuickly();
    }

    private String xdpSockets() {
        return Shell.run(right, "ss", "--xdp", "--no-header");
    }

    /** A stop at any step of what the link thread and the poller are doing. */
    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined, idle = wait", "pollers = per-queue"})
    void shouldStopAtAnyMomentOfTheRecovery(String engineConfig) throws Exception {
        for (int round = 0; round < 12; round++) {
            renew(2);
            start(engineConfig, "queues = [0, 1], " + SMALL, ECHO);
            load(load -> {
                awaitMore(PortCounter.RX_FRAMES);
                pair.close();
                load.abandon();
            });
            make(2);
            Thread.sleep(round * 3L);
            closeQuickly();
            assertFalse(pair.right().hasXdpProgram());
        }
    }

    /** An engine that runs until it is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Engine victim = Engine.builder(EngineConfig.load(Path.of(args[0]))).start();
            System.out.println("running");
            Await.until("lost", () -> Rig.port(victim).link().losses() > 0);
            System.out.println("lost");
            victim.awaitStop();
        }
    }

    @Test
    void shouldLeaveNothingWhenKilledInTheRecovery(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(folder.resolve("engine.conf"), Rig.config("", "", ECHO));
        for (int round = 0; round < 5; round++) {
            try (ChildJvm victim =
                    ChildJvm.start(right, folder, List.of(), List.of(Victim.class.getName(), config.toString()))) {
                victim.awaitLine("running");
                pair.close();
                victim.awaitLine("lost");
                make(1);
                Thread.sleep(round * 15L);
                victim.kill();
                Await.until("free of an XDP program", () -> !pair.right().hasXdpProgram());
            }
        }
        start("", "", ECHO);
        echo();
        closeQuickly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach = native", "attach = skb"})
    void shouldGoOnWhenSwitchedOffAndOnUnderLoad(String portConfig) {
        start("mode = pipelined", portConfig, ECHO);
        load(load -> {
            for (int round = 1; round <= 5; round++) {
                awaitMore(PortCounter.TX_FRAMES);
                Shell.run(right, "ip", "link", "set", "right0", "down");
                awaitState(LinkState.DOWN);
                Shell.run(right, "ip", "link", "set", "right0", "up");
                awaitState(LinkState.UP);
            }
            awaitMore(PortCounter.TX_FRAMES);
            Shell.run(right, "ip", "link", "set", "right0", "down");
            awaitState(LinkState.DOWN);
            load.stop();
        });
        closeQuickly();
        assertEquals(new LinkStatistics(LinkState.DOWN, 6, 1500), link());
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach = native", "attach = skb"})
    void shouldComeBackFromAnotherNamespace(String portConfig) {
        start("mode = pipelined", portConfig, ECHO);
        try (Namespace other = Namespace.create("other")) {
            for (int round = 1; round <= 3; round++) {
                load(load -> {
                    awaitMore(PortCounter.TX_FRAMES);
                    Shell.run(right, "ip", "link", "set", "right0", "netns", "" + other.threadId());
                    awaitState(LinkState.GONE);
                    load.stop();
                });
                Await.until(
                        "no program there",
                        () -> !Shell.run(other, "ip", "link", "show", "right0").contains("xdp"));
                Shell.run(other, "ip", "link", "set", "right0", "netns", "" + right.threadId());
                Shell.run(right, "ip", "link", "set", "right0", "up");
                awaitState(LinkState.UP);
                assertEquals(round, link().reopened());
            }
            load(load -> {
                awaitMore(PortCounter.TX_FRAMES);
                load.stop();
            });
        }
        closeQuickly();
    }

    /** A pair that is renamed to the name only when all else about it is done, as container runtimes do. */
    @Test
    void shouldTakeAnInterfaceThatIsRenamedToTheName() throws Exception {
        start("mode = inline", "", ECHO);
        remove();
        pair = VethPair.between(left, right).names("left0", "other0").create();
        Thread.sleep(100);
        assertEquals(LinkState.GONE, link().state());
        Shell.run(right, "ip", "link", "set", "other0", "down");
        Shell.run(right, "ip", "link", "set", "other0", "name", "right0");
        Await.until(
                () -> "noticed: " + link(),
                () -> link().why().equals("there is an interface right0, and it is switched off"),
                20_000);
        Shell.run(right, "ip", "link", "set", "right0", "up");
        awaitState(LinkState.UP);
        assertEquals(1, link().reopened());
        closeQuickly();
    }
}

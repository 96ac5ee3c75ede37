package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** left0 -> in0 (port a) -> out0 (port b) -> far0: the way out is lost and comes back, and the way in goes on. */
@RootOnly
@Timeout(60)
class LinkLossForwardTest {
    private static final double PACE = 20_000;
    private static final Duration QUICK = Duration.ofSeconds(4);

    private Namespace left;
    private Namespace middle;
    private Namespace right;
    private VethPair in;
    private VethPair out;
    private Engine engine;

    @BeforeEach
    void open() {
        left = Namespace.create("left");
        middle = Namespace.create("middle");
        right = Namespace.create("right");
        in = VethPair.between(left, middle).names("left0", "in0").create();
        out = VethPair.between(middle, right)
                .names("out0", "far0")
                .withoutIpv6()
                .create();
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
        out.close();
        in.close();
        right.close();
        middle.close();
        left.close();
    }

    private static PortStatistics port(Engine engine, String name) {
        return engine.port(name).statistics();
    }

    private static void awaitMore(Engine engine, String port, PortCounter counter) {
        long before = port(engine, port).get(counter);
        Await.until("more " + counter, () -> port(engine, port).get(counter) > before + 1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined"})
    void shouldCountWhatCanNotLeaveAndKeepTheOtherPortGoing(String engineConfig) {
        String rule = "accept = [\"udp dst port 9000\"]";
        String config = "millrace { engine { " + engineConfig + " }, ports {\n"
                + "a { type = af-xdp, interface = in0, " + rule + " }\nb { type = af-xdp, interface = out0, " + rule
                + " }\n"
                + "}, pipeline = [{ stage = forward, to = b }] }";
        FrameTemplate frame = FrameTemplate.udp()
                .macs(in.left().mac(), in.right().mac())
                .ips(in.left().ipv4Address(), in.right().ipv4Address())
                .ports(5000, 9000)
                .build();
        try (KernelTraffic traffic = left.call(() -> KernelTraffic.open("left0", frame));
                Load load = startedUnder(traffic, config)) {
            awaitMore(engine, "b", PortCounter.TX_FRAMES);

            Shell.run(middle, "ip", "link", "set", "out0", "down");
            Await.until("down", () -> port(engine, "b").link().state() == LinkState.DOWN);
            awaitMore(engine, "a", PortCounter.DROPPED_TX_FULL); // once the TX ring is full
            long wakeUps = port(engine, "b").get(PortCounter.TX_WAKEUPS);
            awaitMore(engine, "a", PortCounter.DROPPED_TX_FULL);
            assertEquals(wakeUps, port(engine, "b").get(PortCounter.TX_WAKEUPS), "no call that could only fail");
            assertEquals(LinkState.UP, port(engine, "a").link().state());

            Shell.run(middle, "ip", "link", "set", "out0", "up");
            awaitMore(engine, "b", PortCounter.TX_FRAMES);
            assertEquals(0, port(engine, "a").get(PortCounter.DROPPED_GONE));

            out.close();
            Await.until("gone", () -> port(engine, "b").link().state() == LinkState.GONE);
            awaitMore(engine, "a", PortCounter.DROPPED_GONE);
            long sent = port(engine, "b").get(PortCounter.TX_FRAMES);
            awaitMore(engine, "a", PortCounter.DROPPED_GONE);
            assertEquals(sent, port(engine, "b").get(PortCounter.TX_FRAMES), "sends no more");

            out = VethPair.between(middle, right)
                    .names("out0", "far0")
                    .withoutIpv6()
                    .create();
            Await.until("back", () -> port(engine, "b").link().state() == LinkState.UP);
            awaitMore(engine, "b", PortCounter.TX_FRAMES);
            load.stop();

            long start = System.nanoTime();
            engine.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(QUICK) < 0, took::toString);
            assertSettled(engine);
        }
    }

    private Load startedUnder(KernelTraffic traffic, String config) {
        engine = Rig.startOne(middle, config, Map.of());
        return Load.at(traffic, PACE);
    }

    private static void assertSettled(Engine engine) {
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
        PortStatistics a = port(engine, "a");
        PortStatistics b = port(engine, "b");
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.COPIED), a::toString);
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES), b::toString);
        assertEquals(
                a.get(PortCounter.RX_FRAMES),
                Accounts.frames(a, PortCounter.FORWARDED, PortCounter.DROPPED_TX_FULL, PortCounter.DROPPED_GONE),
                a::toString);
        assertEquals(0, a.link().losses());
        assertEquals(2, b.link().losses());
        assertEquals(1, b.link().reopened());
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * left0 -> in0 (port a) -> out0 (port b) -> far0, and both ports have their frames in one UMEM: each interface is lost
 * and comes back, first the one and then the other, and both, while frames of the other one flow.
 */
@RootOnly
@Timeout(120)
class LinkReturnSharedTest {
    private static final double PACE = 20_000;
    private static final String RULE = "accept = [\"udp dst port 9000\"]";

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
        makeIn();
        makeOut();
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

    private void makeIn() {
        in = VethPair.between(left, middle).names("left0", "in0").create();
    }

    private void makeOut() {
        out = VethPair.between(middle, right)
                .names("out0", "far0")
                .withoutIpv6()
                .create();
    }

    private PortStatistics port(String name) {
        return engine.port(name).statistics();
    }

    private void awaitMore(String port, PortCounter counter) {
        long before = port(port).get(counter);
        Await.until(
                () -> "more " + counter + " of " + port + ": "
                        + engine.statistics().ports(),
                () -> port(port).get(counter) > before + 500,
                20_000);
    }

    private void await(String port, LinkState state) {
        Await.until(
                () -> state + ": " + port(port).link(), () -> port(port).link().state() == state, 20_000);
    }

    private void load(Consumer<Load> whileItFlows) {
        FrameTemplate frame = FrameTemplate.udp()
                .macs(in.left().mac(), in.right().mac())
                .ips(in.left().ipv4Address(), in.right().ipv4Address())
                .ports(5000, 9000)
                .build();
        try (KernelTraffic traffic = left.call(() -> KernelTraffic.open("left0", frame))) {
            whileItFlows.accept(Load.at(traffic, PACE));
        }
    }

    private void loseOut() {
        out.close();
        await("b", LinkState.GONE);
        awaitMore("a", PortCounter.DROPPED_GONE);
        makeOut();
        await("b", LinkState.UP);
        awaitMore("b", PortCounter.TX_FRAMES);
    }

    private void loseIn() {
        load(load -> {
            awaitMore("b", PortCounter.TX_FRAMES);
            in.close();
            await("a", LinkState.GONE);
            load.abandon();
        });
        makeIn();
        await("a", LinkState.UP);
    }

    /** By turns the one that the UMEM is registered with at the moment, and the other. */
    private void loseBoth(boolean inFirst) {
        in.close();
        out.close();
        await("a", LinkState.GONE);
        await("b", LinkState.GONE);
        if (inFirst) {
            makeIn();
            await("a", LinkState.UP);
            makeOut();
        } else {
            makeOut();
            await("b", LinkState.UP);
            makeIn();
        }
        await("a", LinkState.UP);
        await("b", LinkState.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = pipelined", "mode = inline, idle = wait"})
    void shouldTellTheFramesOfBothPortsApart(String engineConfig) {
        engine = Rig.startOne(
                middle,
                "millrace { engine { " + engineConfig + " }, ports {\n"
                        + "a { type = af-xdp, interface = in0, frames = 8192, " + RULE + " }\n"
                        + "b { type = af-xdp, interface = out0, umem = a, " + RULE + " }\n"
                        + "}, pipeline = [{ stage = forward, to = b }] }",
                Map.of());
        for (int round = 0; round < 4; round++) {
            load(load -> {
                awaitMore("b", PortCounter.TX_FRAMES);
                loseOut();
                loseOut();
                load.stop();
            });
            loseIn();
            loseIn();
            loseBoth(round % 2 == 0);
        }
        load(load -> {
            awaitMore("b", PortCounter.TX_FRAMES);
            load.stop();
        });
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
        PortStatistics a = port("a");
        PortStatistics b = port("b");
        assertEquals(0, b.get(PortCounter.COPIED), "without a copy");
        assertEquals(a.get(PortCounter.FORWARDED), b.get(PortCounter.TX_FRAMES), b::toString);
        assertEquals(
                a.get(PortCounter.RX_FRAMES),
                Accounts.frames(a, PortCounter.FORWARDED, PortCounter.DROPPED_TX_FULL, PortCounter.DROPPED_GONE),
                a::toString);
        assertEquals(12, a.link().reopened());
        assertEquals(12, b.link().reopened());
        assertTrue(AfXdpStatistics.of(a).matched() > 10_000, a::toString);
    }
}

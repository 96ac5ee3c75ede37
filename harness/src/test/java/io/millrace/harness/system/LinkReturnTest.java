package io.millrace.harness.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.counters.LinkState;
import io.millrace.engine.counters.LinkStatistics;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.harness.net.Namespace;
import io.millrace.harness.net.VethPair;
import io.millrace.harness.traffic.FrameTemplate;
import io.millrace.harness.traffic.KernelTraffic;
import io.millrace.testing.RootOnly;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interface of a port is deleted while frames flow, and one of its name is made again: the port goes on by itself. */
@RootOnly
@Timeout(180)
class LinkReturnTest {
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final double PACE = 20_000;
    private static final int ROUNDS = 20;
    /** From here on nothing may be left of a round. */
    private static final int WARM = 5;
    /** What the JVM may map and open by itself in the rounds after that: below one for each. */
    private static final int SLACK = (ROUNDS - WARM) / 2;
    private static final Duration QUICK = Duration.ofSeconds(4);

    private Namespace left;
    private Namespace right;
    private VethPair pair;
    private Engine engine;

    @BeforeEach
    void open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
        make(VethPair.Builder::receiveWithoutProgram);
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
        pair.close();
        left.close();
        right.close();
    }

    private void make(int queues) {
        make(builder -> builder.queues(queues));
    }

    private void make(UnaryOperator<VethPair.Builder> settings) {
        pair = settings.apply(VethPair.between(left, right)).create();
    }

    private void load(Consumer<Load> whileItFlows) {
        FrameTemplate frame = FrameTemplate.udp().macs(pair.left().mac(), pair.right().mac())
            .ips(pair.left().ipv4Address(), pair.right().ipv4Address()).ports(5000, Rig.UDP_PORT).build();
        try (KernelTraffic traffic = left.call(() -> KernelTraffic.open("left0", frame))) {
            whileItFlows.accept(Load.at(traffic, PACE));
        }
    }

    private void start(String engineConfig, String portConfig, String pipeline) {
        engine = Rig.startOne(right, Rig.config(engineConfig, portConfig, pipeline), Map.of());
    }

    private LinkStatistics link() {
        return Rig.port(engine).link();
    }

    private long count(PortCounter counter) {
        return Rig.port(engine).get(counter);
    }

    private void awaitMore(PortCounter counter) {
        long before = count(counter);
        Await.until(() -> "more " + counter + ": " + Rig.port(engine), () -> count(counter) > before + 200, 20_000);
    }

    private void awaitState(LinkState state) {
        Await.until(() -> "link " + state + ": " + link(), () -> link().state() == state, 20_000);
    }

    /** Frames flow, the interface is deleted under them, and made again. */
    private void loseAndFind(PortCounter flowing, UnaryOperator<VethPair.Builder> settings) {
        load(load -> {
            awaitMore(flowing);
            pair.close();
            awaitState(LinkState.GONE);
            load.abandon();
        });
        make(settings);
        awaitState(LinkState.UP);
    }

    private void closeQuickly() {
        long start = System.nanoTime();
        engine.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(QUICK) < 0, took::toString);
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
    }

    @ParameterizedTest
    @CsvSource({"mode = inline, attach = native", "mode = inline, attach = skb", "mode = pipelined, attach = native",
        "mode = pipelined, attach = skb", "'mode = inline, idle = wait', ''", "'mode = pipelined, idle = wait', ''",
        "mode = inline, 'multi-buffer = on, frames = 16384'", "mode = pipelined, 'multi-buffer = on'"})
    void shouldGoOnEachTimeTheInterfaceIsMadeAgain(String engineConfig, String portConfig) throws Exception {
        start(engineConfig, portConfig, ECHO);
        CycleTest.Holdings warm = null;
        for (int round = 1; round <= ROUNDS; round++) {
            loseAndFind(PortCounter.TX_FRAMES, VethPair.Builder::receiveWithoutProgram);
            assertEquals(new LinkStatistics(LinkState.UP, round, 1500, round, ""), link());
            if (round == WARM) {
                warm = CycleTest.Holdings.now();
            }
        }
        CycleTest.Holdings last = CycleTest.Holdings.now();
        String change = warm + " -> " + last;
        assertTrue(last.descriptors() <= warm.descriptors() + SLACK, change);
        assertEquals(warm.sockets(), last.sockets(), change);
        assertTrue(last.mappings() <= warm.mappings() + SLACK, change);
        assertTrue(last.threads() <= warm.threads() + SLACK, change);
        load(load -> {
            awaitMore(PortCounter.TX_FRAMES);
            load.stop();
        });
        closeQuickly();
        PortStatistics end = Rig.port(engine);
        assertTrue(end.matched() > ROUNDS * 200, end::toString);
        assertEquals(end.get(PortCounter.FORWARDED), end.get(PortCounter.TX_FRAMES), end::toString);
        assertFalse(pair.right().hasXdpProgram());
    }

    /** What waits in the TX ring when the interface goes is counted at once, and its memory is used again. */
    @Test
    void shouldCountWhatWaitedToBeSent() {
        start("mode = inline", "", ECHO);
        for (int round = 1; round <= 3; round++) {
            load(load -> {
                awaitMore(PortCounter.TX_FRAMES);
                Shell.run(left, "ip", "link", "set", "left0", "down"); // the carrier first: nothing comes any more
                load.abandon();
            });
            Shell.run(left, "ip", "link", "set", "left0", "up");
            awaitState(LinkState.UP);
            pair.close();
            awaitState(LinkState.GONE);
            int total = Rig.port(engine).frames().total();
            Await.until(() -> "all free: " + Rig.port(engine).frames(), () -> Rig.port(engine).frames().free() == total,
                5_000);
            make(1);
            awaitState(LinkState.UP);
        }
        closeQuickly();
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.statistics.PortCounter;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An engine at the right end of a veth pair that is deleted and made again. */
abstract class ReturningLink {
    static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final double PACE = 20_000;
    private static final Duration QUICK = Duration.ofSeconds(4);

    Namespace left;
    Namespace right;
    VethPair pair;
    Engine engine;

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

    void make(int queues) {
        make(builder -> builder.queues(queues));
    }

    void make(UnaryOperator<VethPair.Builder> settings) {
        pair = settings.apply(VethPair.between(left, right)).create();
    }

    void load(Consumer<Load> whileItFlows) {
        FrameTemplate frame = FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .ports(5000, Rig.UDP_PORT)
                .build();
        try (KernelTraffic traffic = left.call(() -> KernelTraffic.open("left0", frame))) {
            whileItFlows.accept(Load.at(traffic, PACE));
        }
    }

    void start(String engineConfig, String portConfig, String pipeline) {
        start(engineConfig, portConfig, pipeline, Map.of());
    }

    void start(String engineConfig, String portConfig, String pipeline, Map<String, Stage> stages) {
        engine = Rig.startOne(right, Rig.config(engineConfig, portConfig, pipeline), stages);
    }

    /** Takes the pair away, as a cable or a driver that is pulled out. */
    void remove() {
        pair.close();
        awaitState(LinkState.GONE);
    }

    LinkStatistics link() {
        return Rig.port(engine).link();
    }

    long count(PortCounter counter) {
        return Rig.port(engine).get(counter);
    }

    void awaitMore(PortCounter counter) {
        long before = count(counter);
        Await.until(() -> "more " + counter + ": " + Rig.port(engine), () -> count(counter) > before + 200, 20_000);
    }

    void awaitState(LinkState state) {
        Await.until(() -> "link " + state + ": " + link(), () -> link().state() == state, 20_000);
    }

    /** Frames flow, the interface is deleted under them, and made again. */
    void loseAndFind(PortCounter flowing, UnaryOperator<VethPair.Builder> settings) {
        load(load -> {
            awaitMore(flowing);
            remove();
            load.abandon();
        });
        make(settings);
        awaitState(LinkState.UP);
    }

    void closeQuickly() {
        long start = System.nanoTime();
        engine.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(QUICK) < 0, took::toString);
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
    }
}

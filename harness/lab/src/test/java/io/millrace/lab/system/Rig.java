package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.core.config.MillraceConfig;
import io.millrace.lab.config.Defaults;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.statistics.PortStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two namespaces joined by a veth pair: frames are made at the left end, the engine has the right one. Closes the
 * engines and generators that it opened.
 *
 * <p>Of one test, or of all tests of a class, if that has it as {@code @RegisterExtension static final Rig rig =
 * Rig.shared();}: the pair is made before the first test and removed after the last one. What a test has started is
 * closed after it, and no XDP program may be left then.
 */
final class Rig implements AutoCloseable, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /** The port that the engine accepts by default. */
    static final int UDP_PORT = 9_000;

    private static final int PEER_PORT = 5_000;
    private static final int LARGE_MTU = 3_400;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final UnaryOperator<VethPair.Builder> settings;
    private Namespace left;
    private Namespace right;
    private VethPair pair;

    private Rig(UnaryOperator<VethPair.Builder> settings) {
        this.settings = settings;
    }

    private Rig open() {
        left = Namespace.create("left");
        right = Namespace.create("right");
        pair = settings.apply(VethPair.between(left, right)).create();
        return this;
    }

    /** With settings of the pair's own. */
    static Rig of(UnaryOperator<VethPair.Builder> settings) {
        return new Rig(settings).open();
    }

    static Rig create() {
        return create(1);
    }

    static Rig create(int queues) {
        return of(pair -> pair.queues(queues));
    }

    /** With the largest packets that native XDP takes without fragments. */
    static Rig jumbo() {
        return of(pair -> pair.mtu(LARGE_MTU));
    }

    /** For all tests of a class. */
    static Rig shared() {
        return shared(pair -> pair);
    }

    static Rig shared(UnaryOperator<VethPair.Builder> settings) {
        return new Rig(settings);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        open();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        endTest();
        assertFalse(right().hasXdpProgram(), "an XDP program is left");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (pair != null) { // made
            close();
        }
    }

    VethPair pair() {
        return pair;
    }

    VethPair.End left() {
        return pair.left();
    }

    VethPair.End right() {
        return pair.right();
    }

    /** A config of one port, {@code p}, on the right end; what is given wins. */
    static String config(String engine, String port, String pipeline) {
        String settings = Defaults.under(
                "\n" + port, "type = af-xdp", "interface = right0", "accept = [\"udp dst port " + UDP_PORT + "\"]");
        return "millrace { engine { " + engine + " }\n ports { p { " + settings + " } }\n pipeline = [ " + pipeline
                + " ] }";
    }

    Engine start(String config) {
        return start(config, Map.of());
    }

    Engine start(String config, String stageName, Stage stage) {
        return start(config, Map.of(stageName, stage));
    }

    /** Starts an engine at the right end, with stages in front of those of the config. */
    Engine start(String config, Map<String, Stage> stages) {
        return startIn(right, config, new LinkedHashMap<>(stages));
    }

    Engine startIn(Namespace namespace, String config, Map<String, Stage> stages) {
        Engine engine = startOne(namespace, config, stages);
        opened.add(engine);
        return engine;
    }

    /** Starts an engine that the caller closes. */
    static Engine startOne(Namespace namespace, String config, Map<String, Stage> stages) {
        Engine.Builder builder = Engine.builder(MillraceConfig.parse(config));
        stages.forEach(builder::stage);
        return namespace.call(builder::start);
    }

    /** A UDP datagram from left to right that the default rule accepts. */
    FrameTemplate.Builder frame() {
        return FrameTemplate.udp()
                .macs(pair.left().mac(), pair.right().mac())
                .ips(pair.left().ipv4Address(), pair.right().ipv4Address())
                .ports(PEER_PORT, UDP_PORT);
    }

    KernelTraffic traffic() {
        return traffic(frame());
    }

    KernelTraffic traffic(FrameTemplate.Builder frame) {
        KernelTraffic traffic = left.call(() -> KernelTraffic.open(pair.left().interfaceName(), frame.build()));
        opened.add(traffic);
        return traffic;
    }

    /** Frames flat out until the test ends, or the load is stopped. */
    Load load() {
        Load load = Load.flatOut(traffic());
        opened.add(load);
        return load;
    }

    /** Frames at a pace. */
    Load load(double framesPerSecond) {
        Load load = Load.at(traffic(), framesPerSecond);
        opened.add(load);
        return load;
    }

    /** Has something closed at the end of the test, before what was opened earlier. */
    <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Takes the pair away, as a cable or a driver that is pulled out. */
    void removeInterfaces() {
        pair.close();
    }

    /** The only port of an engine. */
    static PortStatistics port(Engine engine) {
        return engine.statistics().ports().getFirst();
    }

    /** Ends what was started since the rig was made; the pair stays for the next test. */
    void endTest() {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError("closing " + resource, e);
            }
        }
        opened.clear();
    }

    @Override
    public void close() {
        try {
            endTest();
        } finally {
            pair.close();
            left.close();
            right.close();
        }
    }
}

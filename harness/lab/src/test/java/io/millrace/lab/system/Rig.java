package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.lab.config.Defaults;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.KernelTraffic;
import java.util.LinkedHashMap;
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
final class Rig extends EngineRig implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /** The port that the engine accepts by default. */
    static final int UDP_PORT = 9_000;

    private static final int PEER_PORT = 5_000;
    private static final int LARGE_MTU = 3_400;

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

    /** Starts an engine at the right end, with stages in front of those of the config. */
    @Override
    Engine start(String config, Map<String, Stage> stages) {
        return startIn(right, config, new LinkedHashMap<>(stages));
    }

    Engine startIn(Namespace namespace, String config, Map<String, Stage> stages) {
        return add(startOne(namespace, config, stages));
    }

    /** Starts an engine that the caller closes. */
    static Engine startOne(Namespace namespace, String config, Map<String, Stage> stages) {
        return namespace.call(() -> startOne(config, stages));
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
        return add(left.call(() -> KernelTraffic.open(pair.left().interfaceName(), frame.build())));
    }

    /** Frames flat out until the test ends, or the load is stopped. */
    Load load() {
        return add(Load.flatOut(traffic()));
    }

    /** Frames at a pace. */
    Load load(double framesPerSecond) {
        return add(Load.at(traffic(), framesPerSecond));
    }

    /** Takes the pair away, as a cable or a driver that is pulled out. */
    void removeInterfaces() {
        pair.close();
    }

    /** Ends what was started since the rig was made; the pair stays for the next test. */
    void endTest() {
        closeAdded();
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

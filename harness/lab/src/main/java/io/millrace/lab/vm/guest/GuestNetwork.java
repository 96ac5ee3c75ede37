package io.millrace.lab.vm.guest;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.config.Defaults;
import io.millrace.lab.conformance.Wire;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.statistics.PortStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The machine's two interfaces, joined back to back by the hub outside: the engine has the first one, traffic comes
 * from the second. They carry no addresses, so that nothing but the test's own frames is on the wire.
 */
final class GuestNetwork {
    /** The engine's interface. */
    static final String ENGINE_INTERFACE = "eth0";
    /** The interface where traffic is made. */
    static final String PEER_INTERFACE = "eth1";
    /** The CPU of the engine's poller; traffic is made on the other one. */
    static final int ENGINE_CPU = 0;

    static final int PEER_CPU = 1;
    /** The port that the engine's rule accepts. */
    static final int UDP_PORT = 9_000;
    /** A port that the engine's rule does not accept. */
    static final int OTHER_PORT = 9_100;

    static final int PEER_PORT = 5_000;
    /** The keys of an engine's block. */
    static final String POLLER = "cpus { poller = " + ENGINE_CPU + " }";

    private static final InetAddress ENGINE_IP = InetAddress.ofLiteral("10.99.0.2");
    private static final InetAddress PEER_IP = InetAddress.ofLiteral("10.99.0.1");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final String engineMac = mac(ENGINE_INTERFACE);
    private final String peerMac = mac(PEER_INTERFACE);

    private static String mac(String interfaceName) {
        try {
            return Files.readString(INTERFACES.resolve(interfaceName).resolve("address"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the machine has no " + interfaceName + ", " + e, e);
        }
    }

    /** A UDP datagram to the engine's interface that its rule accepts. */
    FrameTemplate.Builder frame() {
        return FrameTemplate.udp()
                .macs(peerMac, engineMac)
                .ips(PEER_IP, ENGINE_IP)
                .ports(PEER_PORT, UDP_PORT);
    }

    /** A UDP datagram the other way, to the peer's interface. */
    FrameTemplate.Builder frameToPeer() {
        return FrameTemplate.udp()
                .macs(engineMac, peerMac)
                .ips(ENGINE_IP, PEER_IP)
                .ports(PEER_PORT, UDP_PORT);
    }

    /** The two, for what is made byte by byte at the peer's interface. */
    Wire wire() {
        return Wire.local(PEER_INTERFACE, peerMac, ENGINE_INTERFACE, POLLER);
    }

    /** Returns the addresses in the other direction. */
    Wire wireToPeer() {
        return Wire.local(ENGINE_INTERFACE, engineMac, PEER_INTERFACE, POLLER);
    }

    /**
     * Starts an engine with one port, {@code p}.
     *
     * @param copy     forced
     * @param engine   keys of the block {@code engine}
     * @param port     more keys of the port
     * @param pipeline stages of the config
     * @param stages   in front of those
     */
    static Engine start(String copy, String engine, String port, String pipeline, Map<String, Stage> stages) {
        Engine.Builder builder = Engine.builder(EngineConfig.parse(config(copy, engine, port, pipeline)));
        stages.forEach(builder::stage);
        return builder.start();
    }

    static String config(String copy, String engine, String port, String pipeline) {
        return "millrace { engine { " + Defaults.under(engine, POLLER) + " }\n ports { p { "
                + Defaults.under(port, keys(ENGINE_INTERFACE, copy)) + " } }\n pipeline = [ " + pipeline + " ] }";
    }

    /** The keys that every port has, on either interface. */
    static String portKeys(String interfaceName, String copy) {
        return Defaults.under("", keys(interfaceName, copy));
    }

    private static String[] keys(String interfaceName, String copy) {
        return new String[] {
            "type = af-xdp",
            "interface = " + interfaceName,
            "attach = native",
            "copy = " + copy,
            "accept = [\"udp dst port " + UDP_PORT + "\"]"
        };
    }

    /** The only port of an engine. */
    static PortStatistics port(Engine engine) {
        return engine.statistics().ports().getFirst();
    }
}

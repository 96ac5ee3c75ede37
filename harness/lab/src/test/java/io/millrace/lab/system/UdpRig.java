package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.core.config.MillraceConfig;
import io.millrace.lab.config.Defaults;
import io.millrace.statistics.PortStatistics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Engines on sockets of this host's loopback, with ports that the kernel chooses. Closes what it opened. */
final class UdpRig implements AutoCloseable {
    static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    static final String IPV4 = "bind = \"127.0.0.1:0\"";
    static final String IPV6 = "bind = \"[::1]:0\"";

    static final String COALESCED = "gro = on, gso = on, frame-size = 128KiB, frames = 256, buffers = 128";

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** A config of one port, {@code p}; what is given wins. */
    static String config(String engine, String port, String pipeline) {
        return "millrace { engine { " + engine + " }\n ports { p { " + Defaults.under(port, "type = udp", IPV4)
                + " } }\n pipeline = [ " + pipeline + " ] }";
    }

    Engine start(String config) {
        return start(config, Map.of());
    }

    Engine start(String config, String stageName, Stage stage) {
        return start(config, Map.of(stageName, stage));
    }

    /** Starts an engine with stages in front of those of the config. */
    Engine start(String config, Map<String, Stage> stages) {
        return add(startOne(config, stages));
    }

    /** Starts an engine that the caller closes. */
    static Engine startOne(String config, Map<String, Stage> stages) {
        Engine.Builder builder = Engine.builder(MillraceConfig.parse(config));
        stages.forEach(builder::stage);
        return builder.start();
    }

    /** Has something closed at the end of the test, before what was added earlier. */
    <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    /** A client of the only port of an engine. */
    UdpClient client(Engine engine) {
        return add(UdpClient.to(address(engine)));
    }

    /** The only port of an engine. */
    static PortStatistics port(Engine engine) {
        return Rig.port(engine);
    }

    /** What the only port of an engine is bound to. */
    static InetSocketAddress address(Engine engine) {
        return address(port(engine));
    }

    static InetSocketAddress address(PortStatistics port) {
        int colon = port.local().lastIndexOf(':');
        String host = port.local().substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(
                InetAddress.ofLiteral(host), Integer.parseInt(port.local().substring(colon + 1)));
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError("closing " + resource, e);
            }
        }
        opened.clear();
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.core.config.MillraceConfig;
import io.millrace.lab.config.Defaults;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Engines with TCP ports on the loopback interface, and clients of the JDK. Closes what it opened. */
final class TcpRig implements AutoCloseable {
    /** Sends each frame back by the connection that it came by. */
    static final String ECHO = "{ stage = forward, to = p }";

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** A config of one port, {@code p}, at an address that the kernel chooses; what is given wins. */
    static String config(String engine, String port, String pipeline) {
        return "millrace { engine { " + engine + " }\n ports { p { "
                + Defaults.under(port, "type = tcp", "bind = \"127.0.0.1:0\"") + " } }\n pipeline = [ " + pipeline
                + " ] }";
    }

    Engine start(String config) {
        return start(config, Map.of());
    }

    Engine start(String config, String stageName, Stage stage) {
        return start(config, Map.of(stageName, stage));
    }

    /** Starts an engine, with stages in front of those of the config. */
    Engine start(String config, Map<String, Stage> stages) {
        Engine.Builder builder = Engine.builder(MillraceConfig.parse(config));
        stages.forEach(builder::stage);
        return closing(builder.start());
    }

    /** Has it closed at the end of the test. */
    <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    static PortStatistics port(Engine engine) {
        return engine.statistics().ports().getFirst();
    }

    static PortStatistics port(Engine engine, String name) {
        return engine.statistics().ports().stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static long get(Engine engine, PortCounter counter) {
        return port(engine).get(counter);
    }

    /** Where the first port listens. */
    static InetSocketAddress address(Engine engine) {
        return address(port(engine));
    }

    static InetSocketAddress address(PortStatistics port) {
        int colon = port.local().lastIndexOf(':');
        return new InetSocketAddress(
                port.local().substring(0, colon), Integer.parseInt(port.local().substring(colon + 1)));
    }

    SocketChannel connect(Engine engine) throws IOException {
        return closing(SocketChannel.open(address(engine)));
    }

    /** Closes an engine that nothing happened to, and checks its accounts. */
    static void closeAndCheck(Engine engine) {
        engine.close();
        assertNull(engine.failure());
        engine.statistics().ports().forEach(TcpRig::assertHome);
    }

    /** Every frame is in one counter, every connection has ended once, and all memory is free. */
    static void assertHome(PortStatistics port) {
        assertEquals(0, port.unaccounted(), () -> "frames without a counter: " + port);
        FrameCensus frames = port.frames();
        assertEquals(0, frames.lost(), port::toString);
        assertEquals(frames.total(), frames.free(), port::toString);
        if (port.type().equals("tcp") && !port.local().startsWith("to ")) {
            assertEquals(
                    port.get(PortCounter.ACCEPTED),
                    port.get(PortCounter.CLOSED) + port.get(PortCounter.FAILED),
                    port::toString);
        }
    }

    /** Ends what was started since the rig was made, the last one first. */
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

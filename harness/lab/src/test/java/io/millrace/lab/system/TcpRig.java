package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.Engine;
import io.millrace.lab.config.Defaults;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Engines with TCP ports on the loopback interface, and clients of the JDK. Closes what it opened. */
final class TcpRig extends EngineRig {
    /** Sends each frame back by the connection that it came by. */
    static final String ECHO = "{ stage = forward, to = p }";

    /** A config of one port, {@code p}, at an address that the kernel chooses; what is given wins. */
    static String config(String engine, String port, String pipeline) {
        return "millrace { engine { " + engine + " }\n ports { p { "
                + Defaults.under(port, "type = tcp", "bind = \"127.0.0.1:0\"") + " } }\n pipeline = [ " + pipeline
                + " ] }";
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

    SocketChannel connect(Engine engine) throws IOException {
        return add(SocketChannel.open(address(engine)));
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
}

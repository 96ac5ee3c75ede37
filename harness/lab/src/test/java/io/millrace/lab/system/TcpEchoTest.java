package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes into an echo server of TCP comes back, every byte in its place. */
@Slow
@Timeout(90)
class TcpEchoTest {
    private static final int CONNECTIONS = 100;
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private Engine echo(String engine, String port, int connections, long bytesEach) throws IOException {
        Engine server = rig.start(TcpRig.config(engine, port, TcpRig.ECHO));
        try (EchoClients clients = EchoClients.open(TcpRig.address(server), connections, bytesEach, 1)) {
            clients.run();
        }
        Await.until("all closed", () -> TcpRig.get(server, PortCounter.CLOSED) == connections);
        TcpRig.closeAndCheck(server);
        assertEquals(connections * bytesEach, TcpRig.get(server, PortCounter.RX_BYTES));
        assertEquals(connections * bytesEach, TcpRig.get(server, PortCounter.TX_BYTES));
        assertEquals(0, TcpRig.get(server, PortCounter.TX_FAILED));
        assertEquals(0, TcpRig.get(server, PortCounter.FAILED));
        assertEquals(TcpRig.get(server, PortCounter.RX_FRAMES), TcpRig.get(server, PortCounter.FORWARDED));
        return server;
    }

    @Test
    void shouldEchoGibibyteOverManyConnections() throws IOException {
        echo("mode = inline", "", CONNECTIONS, GIB / CONNECTIONS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode = inline;                bundles = off",
                "mode = inline, idle = wait;   frame-size = 2KiB",
                "mode = inline;                buffers = 2, frames = 4, frame-size = 2KiB",
                "mode = inline;                high-water = 1, low-water = 0",
                "mode = pipelined;             bundles = auto",
                "mode = pipelined;             bundles = off, frames = 64, buffers = 32",
                "mode = pipelined, idle = wait, ring-size = 2; batch = 2",
                "mode = inline, uring { submission = 8, completion = 16 }; batch = 16",
                "mode = pipelined, ring-size = 2, idle = wait, uring { submission = 8, completion = 16 };"
                        + " batch = 2, frames = 4, buffers = 2, frame-size = 2KiB, zero-copy-above = 1KiB",
                "mode = inline, uring { submission = 8, completion = 16, sqpoll = on }; batch = 16"
            })
    void shouldEchoWhateverTheSizes(String engine, String port) throws IOException {
        echo(engine, port, 20, 2 * MIB);
    }

    @ParameterizedTest
    @CsvSource({"inline", "pipelined"})
    void shouldEchoWithoutCopies(String mode) throws IOException {
        Engine server = echo("mode = " + mode, "zero-copy-above = 4KiB", 20, 5 * MIB);
        assertTrue(TcpRig.get(server, PortCounter.TX_ZERO_COPY) > 0);
    }
}

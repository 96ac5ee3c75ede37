package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.lab.net.Namespace;
import io.millrace.testing.RootOnly;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace run} with a UDP port: an echo server, and its numbers. */
@RootOnly
@Timeout(60)
class UdpRunTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("::1"), 9_000);
    private static final int COUNT = 100;

    @Test
    void shouldEchoAndWriteItsStatistics(@TempDir Path folder) throws Exception {
        Path config = Files.writeString(
                folder.resolve("engine.conf"), UdpRig.config("", "bind = \"[::1]:9000\", frames = 2048", UdpRig.ECHO));
        Path json = folder.resolve("run.json");
        try (Namespace namespace = Namespace.create("udp");
                UdpClient client = namespace.call(() -> UdpClient.to(ADDRESS));
                ChildJvm child = ChildJvm.start(
                        namespace,
                        folder,
                        List.of(),
                        List.of(
                                "io.millrace.cli.Millrace",
                                "run",
                                config.toString(),
                                "--json",
                                json.toString(),
                                "--duration",
                                "3s"))) {
            child.awaitLine("p");
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(new byte[] {1, 2, (byte) i}, client.ask(new byte[] {1, 2, (byte) i}));
            }
            client.send(new byte[10_000]); // too long for a frame
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            assertEquals(List.of(), outcome.errorLines());
        }
        Config run = ConfigFactory.parseFile(json.toFile());
        Config port = run.getConfig("ports.p");
        assertEquals("udp", port.getString("type"));
        assertEquals("[::1]:9000", port.getString("local"));
        for (String frames : List.of("rx_frames", "tx_frames", "forwarded")) {
            assertEquals(COUNT, port.getLong(frames), frames);
        }
        assertEquals(3 * COUNT, port.getLong("rx_bytes"));
        assertEquals(0, port.getLong("kernel.rx_dropped") + port.getLong("dropped.tx_full"));
        assertEquals(1, port.getLong("socket.rx_truncated"));
        assertEquals(0, port.getLong("socket.tx_failed"));
        assertEquals(2048, port.getLong("frames.total"));
        assertEquals(2048, port.getLong("frames.free"));
        assertEquals(0, run.getLong("uring.failures"));
        assertTrue(run.getLong("uring.enters") > 0);
        assertEquals(COUNT, run.getLong("stages.reflect.frames"));
    }
}

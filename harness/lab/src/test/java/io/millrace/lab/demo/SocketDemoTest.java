package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.cli.ExitCode;
import io.millrace.lab.report.StatisticsPage;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The demos over the loopback interface as a user has them, root or not. The machine may be busy: datagrams may be
 * lost, and take long; but each of them has to be found in a counter.
 */
@Slow
class SocketDemoTest {
    private static final List<String> ALONE = List.of();
    /** If the tests were started in the background, SIGINT is ignored, and processes inherit that. */
    private static final List<String> HEARS_CTRL_C = List.of("env", "--default-signal=INT");

    @TempDir
    private Path folder;

    private String json() {
        return folder.resolve("demo.json").toString();
    }

    private Config result() {
        return ConfigFactory.parseFile(folder.resolve("demo.json").toFile());
    }

    private static void assertAccounted(Config result, String type) throws IOException {
        StatisticsPage.assertDocuments(result);
        Config traffic = result.getConfig("traffic");
        assertEquals(traffic.getLong("sent"), traffic.getLong("received") + traffic.getLong("lost"));
        assertEquals(0, traffic.getLong("corrupted"));
        assertEquals(0, traffic.getLong("duplicated"));
        assertTrue(traffic.getLong("warm_up_sent") > 0 && traffic.getLong("warm_up_ns") > 0, traffic::toString);
        assertEquals(0, traffic.getLong("unaccounted"));
        assertTrue(traffic.getLong("received") > 0, traffic::toString);
        Config port = result.getConfig("run.ports.ingress");
        assertEquals(type, port.getString("type"));
        assertEquals(0, port.getLong("frames.lost"));
        if (type.equals("tcp")) {
            assertStreams(traffic, port);
        } else {
            assertTrue(port.getLong("rx_frames") >= traffic.getLong("received"));
            assertTrue(port.getLong("rx_frames") <= traffic.getLong("sent"), "without those of the warm-up");
            long named = traffic.getConfig("lost_by").root().unwrapped().values().stream()
                    .mapToLong(value -> ((Number) value).longValue())
                    .sum();
            assertEquals(traffic.getLong("lost"), named);
        }
    }

    /** TCP loses nothing. */
    private static void assertStreams(Config traffic, Config port) {
        assertEquals(traffic.getLong("sent"), traffic.getLong("received"));
        assertEquals(0, traffic.getLong("lost_bytes"));
        for (String bytes : List.of("rx_bytes", "tx_bytes")) {
            assertEquals(traffic.getLong("sent_bytes"), port.getLong(bytes), bytes);
        }
        assertEquals(traffic.getLong("sent_bytes"), traffic.getLong("received_bytes"));
        assertEquals(4, port.getLong("connections.accepted"));
        assertEquals(4, port.getLong("connections.closed"));
    }

    private static void assertTable(String out, String... rows) {
        DemoTest.assertTable(out, rows);
        assertFalse(out.contains("XDP"), out);
    }

    @Test
    void shouldShowUdpAtWorkAndAccountForEveryDatagram() throws Exception {
        try (DemoProcess demo = DemoProcess.startCompiled(
                folder, "--port", "udp", "--duration", "2s", "--rate", "5k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), "udp");
            Config traffic = result().getConfig("traffic");
            assertTrue(traffic.getLong("sent") <= 10_100, traffic::toString);
            DemoTest.assertRoundTrips(traffic.getConfig("rtt_ns"));
            assertTable(demo.out(), "datagrams sent", "received back", "duplicated", "kernel drops");
            assertTrue(demo.out().contains("      bind = \"127.0.0.1:"), demo.out());
            assertEquals(List.of(), demo.files());
        }
    }

    @Test
    void shouldShowTcpAtWorkAndAccountForEveryByte() throws Exception {
        try (DemoProcess demo = DemoProcess.startCompiled(
                folder, "--port", "tcp", "--duration", "2s", "--rate", "2k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), "tcp");
            Config traffic = result().getConfig("traffic");
            assertTrue(traffic.getLong("sent") <= 4_100, traffic::toString);
            DemoTest.assertRoundTrips(traffic.getConfig("rtt_ns"));
            assertTable(
                    demo.out(),
                    "records sent",
                    "bytes sent",
                    "records received back",
                    "bytes received back",
                    "connections accepted");
            assertFalse(demo.out().contains("duplicated") || demo.out().contains("kernel drops"), demo.out());
            assertEquals(List.of(), demo.files());
        }
    }

    /** Arabic as in Egypt has digits of its own, which no config may have. */
    @Test
    void shouldRunInALanguageWithDigitsOfItsOwn() throws Exception {
        List<String> arabic = List.of("env", "JAVA_TOOL_OPTIONS=-Duser.language=ar -Duser.country=EG");
        try (DemoProcess demo = DemoProcess.start(
                folder, arabic, "--port", "udp", "--duration", "1s", "--rate", "5k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), "udp");
            assertEquals("", demo.out().replaceAll("[\\x00-\\x7f]", ""), demo.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldRunFlatOut(String port) throws Exception {
        try (DemoProcess demo = DemoProcess.startCompiled(
                folder, "--port", port, "--duration", "2s", "--rate", "max", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), port);
            DemoTest.assertRoundTrips(result().getConfig("traffic.rtt_ns"));
        }
    }

    /** What the engine has not taken when the warm-up or the counted time ends is on its way, and not lost. */
    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldAccountForEverythingWhenTheEngineIsHaltedTimeAndAgain(String port) throws Exception {
        try (DemoProcess demo =
                DemoProcess.start(folder, ALONE, "--port", port, "--duration", "3s", "--json", json())) {
            demo.awaitWarmUp();
            assertEquals(ExitCode.FINE, demo.endWhileTheEngineIsHalted(), () -> DemoTest.text(demo));
            assertAccounted(result(), port);
        }
    }

    /** Ctrl-C goes to the whole group of processes, the engine included. */
    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldEndInOrderAndLeaveNothingWhenInterrupted(String port) throws Exception {
        try (DemoProcess demo = DemoProcess.start(
                folder, HEARS_CTRL_C, "--port", port, "--duration", "60s", "--rate", "2k", "--json", json())) {
            demo.awaitTraffic();
            ProcessHandle engine = demo.engine();
            Libc.kill((int) engine.pid(), libc_h.SIGINT());
            demo.signal(libc_h.SIGINT());
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), port);
            assertTrue(result().getLong("traffic.duration_ns") < 50_000_000_000L, "ended early");
            assertFalse(engine.isAlive());
            assertEquals(List.of(), demo.files());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void shouldSaySoAndLeaveNothingWhenTheEngineIsKilled(String port) throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, ALONE, "--port", port, "--duration", "60s", "--rate", "2k")) {
            demo.awaitTraffic();
            demo.engine().destroyForcibly();
            assertEquals(ExitCode.FAILED, demo.end(), () -> DemoTest.text(demo));
            assertEquals(1, demo.err().lines().count(), demo.err());
            assertTrue(demo.err().startsWith("millrace: the engine ended with code 137"), demo.err());
            assertEquals(List.of(), demo.files());
        }
    }

    @Test
    void shouldLeaveNoProcessWhenKilled() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, ALONE, "--port", "udp", "--duration", "60s")) {
            demo.awaitTraffic();
            ProcessHandle engine = demo.engine();
            demo.signal(libc_h.SIGKILL());
            DemoProcess.await("end of the engine", () -> !engine.isAlive());
        }
    }

    @Test
    @RootOnly
    void shouldRunUdpByItselfForOrdinaryUser() throws Exception {
        try (DemoProcess demo =
                DemoProcess.startAsNobody(folder, "--duration", "1s", "--rate", "5k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertEquals("", demo.err());
            assertAccounted(result(), "udp");
            String first = demo.out().lines().findFirst().orElseThrow();
            assertTrue(first.startsWith("Without root: UDP. Root adds AF_XDP, "), first);
            assertTrue(first.contains("sudo ") && first.endsWith("harness/millrace demo"), first);
            assertEquals(List.of(), demo.files());
        }
    }

    @Test
    @RootOnly
    void shouldRunTcpForOrdinaryUser() throws Exception {
        try (DemoProcess demo = DemoProcess.startAsNobody(
                folder, "--port", "tcp", "--duration", "1s", "--rate", "2k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), "tcp");
            assertTrue(demo.out().startsWith("Two processes on the loopback interface"), demo.out());
        }
    }

    @Test
    @RootOnly
    void shouldRefuseAfXdpForOrdinaryUser() throws Exception {
        try (DemoProcess demo = DemoProcess.startAsNobody(folder, "--port", "af-xdp")) {
            assertEquals(ExitCode.HOST, demo.end(), () -> DemoTest.text(demo));
            assertEquals("", demo.out());
            assertEquals(1, demo.err().lines().count(), demo.err());
            assertTrue(demo.err().contains("without root; type: sudo "), demo.err());
        }
    }

    @Test
    @RootOnly
    void shouldRunUdpByItselfForRootWithoutCapabilities() throws IOException, InterruptedException {
        List<String> unprivileged = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");
        try (DemoProcess demo =
                DemoProcess.start(folder, unprivileged, "--duration", "1s", "--rate", "5k", "--json", json())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> DemoTest.text(demo));
            assertAccounted(result(), "udp");
            assertTrue(
                    demo.out().startsWith("This root lacks CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN, "), demo.out());
        }
    }
}

package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.cli.ExitCode;
import io.millrace.cli.Millrace;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.report.StatisticsPage;
import io.millrace.spi.config.EngineKeys;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole demo of AF_XDP as a user has it. The machine may be busy: frames may be lost, and take long; but each of
 * them has to be found in a counter.
 */
@Slow
class DemoTest {
    /** Of the table of every demo. */
    private static final List<String> ROWS = List.of(
            "received by the engine",
            "forwarded by the engine",
            "lost",
            "corrupted",
            "rate",
            "round trip p50",
            "round trip p99",
            "round trip p99.9",
            "round trip max",
            "short of CPU, poller",
            "heap per frame, bytes",
            "accounting");

    private static final List<String> ALONE = List.of();
    /** If the tests were started in the background, SIGINT is ignored, and processes inherit that. */
    private static final List<String> HEARS_CTRL_C = List.of("env", "--default-signal=INT");

    @TempDir
    private Path folder;

    private Path json() {
        return folder.resolve("demo.json");
    }

    private Config result() {
        return ConfigFactory.parseFile(json().toFile());
    }

    private static void assertAccounted(Config result) throws IOException {
        StatisticsPage.assertDocuments(result);
        Config traffic = result.getConfig("traffic");
        assertEquals(traffic.getLong("sent"), traffic.getLong("received") + traffic.getLong("lost"));
        assertEquals(0, traffic.getLong("corrupted"));
        assertEquals(0, traffic.getLong("duplicated"));
        assertEquals(0, traffic.getLong("unaccounted"));
        long named = traffic.getConfig("lost_by").root().unwrapped().values().stream()
                .mapToLong(value -> ((Number) value).longValue())
                .sum();
        assertEquals(traffic.getLong("lost"), named);
        assertTrue(traffic.getLong("received") > 0, traffic::toString);
        Config port = result.getConfig("run.ports.ingress");
        assertTrue(port.getLong("rx_frames") >= traffic.getLong("received"));
        assertTrue(port.getLong("rx_frames") <= traffic.getLong("sent"), "without those of the warm-up");
        assertEquals(port.getLong("rx_frames"), result.getLong("run.stages.count.frames"));
        assertTrue(traffic.getLong("warm_up_sent") > 0 && traffic.getLong("warm_up_ns") > 0, traffic::toString);
        assertEquals(port.getLong("rx_frames"), port.getLong("forwarded") + port.getLong("dropped.tx_full"));
        assertEquals("native", port.getString("attach"));
        assertEquals("copy", port.getString("copy"));
        assertEquals(0, port.getLong("frames.lost"));
    }

    static void assertRoundTrips(Config roundTrips) {
        long p50 = roundTrips.getLong("p50");
        long p99 = roundTrips.getLong("p99");
        long p999 = roundTrips.getLong("p999");
        assertTrue(0 < p50 && p50 <= p99 && p99 <= p999 && p999 <= roundTrips.getLong("max"), roundTrips::toString);
    }

    /** The table has these rows, and those that every demo has, and fits a terminal. */
    static void assertTable(String out, String... rows) {
        for (String row : Stream.concat(Stream.of(rows), ROWS.stream()).toList()) {
            assertTrue(out.contains("\n  " + row + " "), row + " is missing in:\n" + out);
        }
        assertTrue(out.lines().allMatch(line -> line.length() <= 80), out);
    }

    @Test
    @RootOnly
    void shouldShowEngineAtWorkAndAccountForEveryFrame() throws Exception {
        try (DemoProcess demo =
                DemoProcess.startCompiled(folder, "--duration", "2s", "--rate", "50k", "--json", json().toString())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> text(demo));
            Config result = result();
            assertAccounted(result);
            Config traffic = result.getConfig("traffic");
            assertTrue(traffic.getLong("sent") <= 100_100, traffic::toString);
            assertRoundTrips(traffic.getConfig("rtt_ns"));
            assertEquals(traffic.getLong("kernel_traffic.tried"), traffic.getLong("kernel_traffic.tcp"));
            String out = demo.out();
            assertTable(
                    out,
                    "frames sent",
                    "received back",
                    "duplicated",
                    "XDP attach mode",
                    "copy mode",
                    "kernel drops",
                    "kernel traffic beside it");
            assertTrue(out.contains("accept = [\"udp dst port 9000-9010\"]"), out);
            assertEquals(List.of(), demo.files());
        }
    }

    static String text(DemoProcess demo) {
        try {
            return demo.out() + demo.err();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @RootOnly
    void shouldRunFlatOut() throws Exception {
        try (DemoProcess demo =
                DemoProcess.startCompiled(folder, "--duration", "2s", "--rate", "max", "--json", json().toString())) {
            assertEquals(ExitCode.FINE, demo.end(), () -> text(demo));
            assertAccounted(result());
            assertRoundTrips(result().getConfig("traffic.rtt_ns"));
        }
    }

    /** What the engine has not taken when the warm-up or the counted time ends is on its way, and not lost. */
    @Test
    @RootOnly
    void shouldAccountForEveryFrameWhenTheEngineIsHaltedTimeAndAgain() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, ALONE, "--duration", "3s", "--json", json().toString())) {
            demo.awaitWarmUp();
            int exitCode = demo.endWhileTheEngineIsHalted();
            assertEquals(ExitCode.FINE, exitCode, () -> text(demo));
            assertEquals(0, result().getLong("traffic.unaccounted"));
        }
    }

    /** Ctrl-C goes to the whole group of processes, the engine included. */
    @Test
    @RootOnly
    void shouldEndInOrderAndLeaveNothingWhenInterrupted() throws Exception {
        try (DemoProcess demo = DemoProcess.start(
                folder, HEARS_CTRL_C, "--duration", "60s", "--rate", "10k", "--json", json().toString())) {
            demo.awaitTraffic();
            ProcessHandle engine = demo.engine();
            Set<Integer> programs = demo.programs();
            assertEquals(2, programs.size(), "one at each end");
            Libc.kill((int) engine.pid(), libc_h.SIGINT());
            demo.signal(libc_h.SIGINT());
            assertEquals(ExitCode.FINE, demo.end(), () -> text(demo));
            assertAccounted(result());
            assertTrue(result().getLong("traffic.duration_ns") < 50_000_000_000L, "ended early");
            assertTrue(demo.out().contains("accounting"), demo.out());
            assertFalse(engine.isAlive());
            assertEquals(List.of(), demo.files());
            for (int program : programs) {
                DemoProcess.await("end of program " + program, () -> !DemoProcess.isLoaded(program));
            }
        }
    }

    @Test
    @RootOnly
    void shouldLeaveNoProcessAndNoProgramWhenKilled() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder, ALONE, "--duration", "60s", "--rate", "10k")) {
            demo.awaitTraffic();
            ProcessHandle engine = demo.engine();
            Set<Integer> programs = demo.programs();
            assertEquals(2, programs.size(), "one at each end");
            demo.signal(libc_h.SIGKILL());
            DemoProcess.await("end of the engine", () -> !engine.isAlive());
            for (int program : programs) {
                DemoProcess.await("end of program " + program, () -> !DemoProcess.isLoaded(program));
            }
        }
    }

    @Test
    @RootOnly
    void shouldSayWhatToTypeWithoutPrivileges() throws Exception {
        List<String> unprivileged = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");
        try (DemoProcess demo = DemoProcess.start(folder, unprivileged, "--port", "af-xdp")) {
            assertEquals(ExitCode.HOST, demo.end(), () -> text(demo));
            assertEquals("", demo.out());
            String err = demo.err();
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.startsWith("millrace: demo can't make network namespaces"), err);
            assertTrue(err.contains("CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN"), err);
        }
    }

    @Test
    @RootOnly
    void shouldTellWhyTheEngineEnded() throws Exception {
        Files.writeString(
                folder.resolve("demo.conf"),
                "millrace { ports { p { type = af-xdp, interface = none0 } }\n" + "pipeline = [{ stage = count }] }");
        try (Namespace namespace = Namespace.create("engine");
                EngineProcess engine = EngineProcess.start(
                        namespace::start, Millrace.class.getName(), folder, List.of("demo.conf"), System.err)) {
            EngineEndedException ended =
                    assertThrows(EngineEndedException.class, () -> engine.awaitRunning(60_000, () -> false));
            assertEquals(ExitCode.HOST, ended.exitCode());
            assertTrue(
                    ended.getMessage().startsWith("the engine ended: ")
                            && ended.getMessage().contains("none0"),
                    ended.getMessage());
        }
    }

    @Test
    void shouldHaveConfigThatHolds() {
        for (List<Integer> cpus : List.of(List.of(0), List.of(3, 5, 6))) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", 40_000);
            Placement placement = Placement.on(cpus);
            for (String text : List.of(
                    DemoConfig.afXdp("engine0", placement),
                    DemoConfig.udp(address, placement),
                    DemoConfig.tcp(address, placement))) {
                EngineConfig config = EngineConfig.parse(text);
                config.requireLoadable();
                assertEquals(
                        cpus.getFirst(),
                        config.engine().get(EngineKeys.POLLER_CPU).orElseThrow());
            }
        }
    }

    @Test
    void shouldReadCpuLists() {
        assertEquals(List.of(0), Cpus.parse("0"));
        assertEquals(List.of(0, 1, 2, 3, 6), Cpus.parse("0-3,6"));
    }
}

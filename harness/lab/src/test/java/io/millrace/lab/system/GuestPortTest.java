package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands know a type of port that only MILLRACE_CLASSPATH names as they know the engine's own. */
@Slow
@Timeout(60)
class GuestPortTest {
    private static final Path CLASSES =
            Path.of("../../engine/sample-port/target/classes").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private ChildJvm start(String... command) throws IOException {
        assertTrue(Files.isDirectory(CLASSES), () -> CLASSES + " is built before the lab");
        List<String> arguments = new ArrayList<>(List.of("io.millrace.cli.Millrace"));
        arguments.addAll(List.of(command));
        return ChildJvm.start(folder, List.of("env", "MILLRACE_CLASSPATH=" + CLASSES), arguments);
    }

    private ChildJvm.Outcome outcome(String... command) throws Exception {
        try (ChildJvm child = start(command)) {
            return child.await();
        }
    }

    private Path config(String port) throws IOException {
        return Files.writeString(
                folder.resolve("engine.conf"),
                "millrace {\n  ports {\n    p { type = pipe, pipe = a, " + port + " }\n  }\n  pipeline = [ { stage ="
                        + " drop } ]\n}\n");
    }

    @Test
    void shouldTellWhatTheHostHasForIt() throws Exception {
        ChildJvm.Outcome one = outcome("doctor", "--port", "pipe");
        assertEquals(0, one.code(), one::toString);
        assertTrue(one.out().contains("\npipes, for pipe ports:\n  yes  queues in this process"), one::out);
        assertFalse(one.out().contains("io_uring"), one::out);
        ChildJvm.Outcome all = outcome("doctor");
        assertTrue(all.out().contains("\npipes, for pipe ports:\n"), all::out);
        assertTrue(all.out().contains("\nio_uring, for udp and tcp ports:\n"), all::out);
        assertEquals(1, all.out().split("\nio_uring, for", -1).length - 1, all::out);
    }

    @Test
    void shouldNameItAmongTheTypesThatThereAre() throws Exception {
        ChildJvm.Outcome outcome = outcome("doctor", "--port", "pip");
        assertEquals(2, outcome.code());
        assertEquals(
                List.of("millrace: --port 'pip' is no port type; it is af-xdp, memory, pipe, tcp or udp"),
                outcome.errorLines());
    }

    @Test
    void shouldCheckItsKeys() throws Exception {
        Path config = config("frames = 32");
        ChildJvm.Outcome outcome = outcome("check", config.toString());
        assertEquals(2, outcome.code());
        assertEquals(
                List.of("millrace: " + config + ":3: ports.p.batch is 64, more than frames, 32; use fewer"),
                outcome.errorLines());
        ChildJvm.Outcome resolved = outcome("check", config("frames = 64").toString());
        assertEquals(0, resolved.code(), resolved::toString);
        assertTrue(resolved.out().contains("frame-size = 2KiB"), resolved::out);
    }

    @Test
    void shouldRunItTellItsStateAndTakeOverItsRules() throws Exception {
        Path config = config("accept = \"a\"");
        Path json = folder.resolve("run.json");
        try (ChildJvm child = start("run", config.toString(), "--interval", "100ms", "--json", json.toString())) {
            child.awaitLine("running  p: pipe, a pipe in this process, 1,024 frames");
            child.awaitLine(" p ");
            config("frames = 2048, accept = all");
            child.signal(libc_h.SIGHUP());
            child.awaitLine(
                    "reloaded " + config + ": ports.p.accept has no rules, every frame is taken, it had 1 rule");
            child.awaitError("ports.p.frames");
            child.signal(libc_h.SIGTERM());
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            assertEquals(
                    List.of("millrace: " + config + ": ports.p.frames is 2048 now, the engine runs with 1024; restart"
                            + " the engine to have it so"),
                    outcome.errorLines());
        }
        Config port = ConfigFactory.parseFile(json.toFile()).getConfig("ports.p");
        assertEquals("pipe", port.getString("type"));
        assertEquals(0, port.getLong("pipe.passed"));
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.ExitCode;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program in a control group with little memory: the kernel would end it by SIGKILL, without a word. */
@Alone
@RootOnly
@Timeout(60)
class MemoryLimitTest {
    private static final String NAME = "millrace-memory-limit-test";
    private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final long LIMIT_BYTES = 512L << 20;

    @TempDir
    private Path folder;

    private Path group;

    @BeforeEach
    void makeGroup() throws IOException {
        boolean isV1 = Files.exists(V1.resolve("memory.limit_in_bytes"));
        group = (isV1 ? V1 : V2).resolve(NAME + "-" + ProcessHandle.current().pid());
        Files.createDirectory(group);
        Files.writeString(group.resolve(isV1 ? "memory.limit_in_bytes" : "memory.max"), String.valueOf(LIMIT_BYTES));
    }

    @AfterEach
    void removeGroup() throws Exception {
        Await.until("nobody in the group", this::isEmpty);
        Files.delete(group);
    }

    private boolean isEmpty() {
        try {
            return Files.readString(group.resolve("cgroup.procs")).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ChildJvm.Outcome run(int frames) throws Exception {
        Path config = Files.writeString(
                folder.resolve("m.conf"),
                "millrace { ports { p { type = udp, frame-size = 4096," + " bind = \"127.0.0.1:0\", frames = " + frames
                        + " } }\n pipeline = [ { stage = drop } ] }");
        List<String> inGroup = List.of("bash", "-c", "echo $$ >" + group + "/cgroup.procs; exec \"$@\"", "in-group");
        try (ChildJvm child = ChildJvm.start(
                folder, inGroup, List.of("io.millrace.cli.Millrace", "run", config.toString(), "--duration", "10ms"))) {
            return child.await();
        }
    }

    @Test
    void shouldRefuseMoreFramesThanThereIsMemoryFor() throws Exception {
        ChildJvm.Outcome outcome = run(1 << 18);
        assertEquals(ExitCode.HOST, outcome.code(), outcome::toString);
        assertEquals(1, outcome.errorLines().size(), outcome::toString);
        assertTrue(
                outcome.errorLines()
                        .getFirst()
                        .matches("millrace: .*a UMEM takes 1073741824 bytes of memory, and the"
                                + " memory limit of control group /" + group.getFileName()
                                + " leaves \\d+; raise memory[.a-z_]*, or"
                                + " use fewer frames"),
                outcome::toString);
    }

    @Test
    void shouldStartWithWhatThereIsMemoryFor() throws Exception {
        assertEquals(ExitCode.FINE, run(1 << 14).code());
    }
}

package io.millrace.harness.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher builds: a copy of it in a tree of its own, with a Maven that only says that it was called. */
class LauncherBuildTest {
    private static final Path SCRIPT = Path.of("millrace").toAbsolutePath();
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    private static final String MAVEN = """
        #!/bin/sh
        [ "$1" != --version ] || { echo 'Apache Maven 3.9.9'; exit 0; }
        echo "$@" >>%1$s/calls.txt
        sleep 0.3
        [ ! -e %1$s/broken ] || { echo 'it does not compile'; exit 1; }
        touch %1$s/harness/target/millrace.jar %1$s/harness/target/jvm.options
        """;

    @TempDir
    private Path tree;
    private Path source;

    @BeforeEach
    void makeTree() throws IOException {
        for (String module : List.of("native", "ring-buffers", "xdp-programs", "engine", "harness")) {
            Files.createDirectories(tree.resolve(module).resolve("src/main/java"));
            Files.createDirectories(tree.resolve(module).resolve("src/test/java"));
            Files.writeString(tree.resolve(module).resolve("pom.xml"), "");
        }
        source = Files.writeString(tree.resolve("engine/src/main/java/Some.java"), "");
        Files.writeString(tree.resolve("engine/src/test/java/SomeTest.java"), "");
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.copy(SCRIPT, tree.resolve("harness/millrace"));
        Path maven = Files.createDirectories(tree.resolve("bin")).resolve("mvn");
        Files.writeString(maven, MAVEN.formatted(tree));
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, LONG_AGO);
            }
        }
    }

    @Test
    void shouldBuildOnceAndNotAgain() throws Exception {
        assertEquals(0, build().waitFor());
        assertEquals(0, build().waitFor());
        List<String> calls = calls();
        assertEquals(1, calls.size(), calls::toString);
        assertTrue(calls.getFirst().endsWith("-DskipTests package"), calls::toString);
    }

    @Test
    void shouldBuildAgainWhenSourceIsNewer() throws Exception {
        assertEquals(0, build().waitFor());
        Files.writeString(source, "changed");
        later(source);
        assertEquals(0, build().waitFor());
        assertEquals(2, calls().size());
    }

    @Test
    void shouldBuildAgainWhenSourceIsGone() throws Exception {
        assertEquals(0, build().waitFor());
        Files.delete(source);
        later(source.getParent());
        assertEquals(0, build().waitFor());
        assertEquals(2, calls().size());
    }

    @Test
    void shouldNotBuildForTestsOrForWhatBuildsLeave() throws Exception {
        assertEquals(0, build().waitFor());
        later(tree.resolve("engine/src/test/java/SomeTest.java"));
        later(Files.createDirectories(tree.resolve("engine/target")));
        later(tree.resolve("engine"));
        assertEquals(0, build().waitFor());
        assertEquals(1, calls().size());
    }

    @Test
    void shouldBuildOnceWhenStartedManyTimesAtOnce() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(build());
        }
        for (Process start : starts) {
            assertEquals(0, start.waitFor());
        }
        assertEquals(1, calls().size());
    }

    @Test
    void shouldShowTheLogWhenTheBuildFailsAndTryAgainNextTime() throws Exception {
        Files.writeString(tree.resolve("broken"), "");
        Process failing = build();
        String err = new String(failing.getErrorStream().readAllBytes());
        assertEquals(ExitCode.FAILED, failing.waitFor());
        assertTrue(err.contains("it does not compile") && err.contains("millrace: the build failed"), err);
        Files.delete(tree.resolve("broken"));
        assertEquals(0, build().waitFor());
        assertEquals(2, calls().size());
    }

    @Test
    void shouldNotBuildWhenStartedByTests() throws Exception {
        Process process = bash("MILLRACE_BUILT=1; source harness/millrace; JDK=/none; build");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertFalse(Files.exists(tree.resolve("calls.txt")));
    }

    private Process build() throws IOException {
        return bash("source harness/millrace; JDK=/none; build");
    }

    private Process bash(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(tree.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().put("MILLRACE_NO_INSTALL", "1");
        builder.environment().put("PATH", tree.resolve("bin") + ":" + System.getenv("PATH"));
        return builder.start();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(tree.resolve("calls.txt"));
    }

    private static void later(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }
}

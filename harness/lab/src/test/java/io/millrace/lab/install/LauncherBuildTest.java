package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.ExitCode;
import io.millrace.testing.Slow;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When the launcher builds. The test uses a copy of it in a tree of its own, with a Maven that only says that it was
 * called.
 */
@Slow
class LauncherBuildTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    private static final String MAVEN = """
        #!/bin/sh
        [ "$1" != --version ] || { echo 'Apache Maven 3.9.9'; exit 0; }
        echo "$@" >>%1$s/calls.txt
        sleep 0.3
        [ ! -e %1$s/broken ] || { echo 'it does not compile'; exit 1; }
        mkdir -p %1$s/harness/lab/target %1$s/harness/cli/target
        touch %1$s/harness/lab/target/millrace.jar %1$s/harness/cli/target/jvm.options
        """;
    private static final String JAVA = """
        #!/bin/sh
        out=''
        for option; do case $option in -XX:AOTCacheOutput=*) out=${option#*=};; esac; done
        [ "$out" ] || { echo "started $*"; exit 0; }
        echo %2$s >>%1$s/recordings.txt
        %3$s
        """;
    private static final String CHECK = "source harness/millrace; JDK=/none; check_formatting";
    private static final String RECORDS = "echo cache >\"$out\"";

    @TempDir
    private Path tree;

    private Path source;

    @BeforeEach
    void makeTree() throws IOException {
        for (String module :
                List.of("native", "ring-buffers", "xdp-programs", "engine", "harness/cli", "harness/lab")) {
            Files.createDirectories(tree.resolve(module).resolve("src/main/java"));
            Files.createDirectories(tree.resolve(module).resolve("src/test/java"));
            Files.writeString(tree.resolve(module).resolve("pom.xml"), "");
        }
        source = Files.writeString(tree.resolve("engine/src/main/java/Some.java"), "");
        Files.writeString(tree.resolve("engine/src/test/java/SomeTest.java"), "");
        Files.writeString(tree.resolve("pom.xml"), "");
        Launchers.copyInto(tree);
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
    void shouldNameWhatIsNotFormattedBeforeItBuildsOrTests() throws Exception {
        slowMaven("echo \"$@\" >>" + tree.resolve("calls.txt") + "; echo '[ERROR]     src/main/java/Some.java';"
                + " echo '[ERROR]         @@ -1,2 +1,2 @@'; exit 1");
        Process process = bash("source harness/millrace; JDK=/none; require_all() { :; }; run_tests --fast");
        String err = new String(process.getErrorStream().readAllBytes());
        assertEquals(ExitCode.FAILED, process.waitFor(), err);
        assertTrue(
                err.endsWith("millrace: not formatted: src/main/java/Some.java; type in " + tree.toRealPath()
                        + ": mvn spotless:apply\n"),
                err);
        assertEquals(1, calls().size(), calls()::toString);
    }

    @Test
    void shouldLookAtTheFormattingAgainWhenASourceOrATestIsNewer() throws Exception {
        for (String file : List.of("engine/src/main/java/Some.java", "engine/src/test/java/SomeTest.java", "pom.xml")) {
            assertEquals(0, bash(CHECK).waitFor());
            int before = calls().size();
            assertEquals(0, bash(CHECK).waitFor());
            assertEquals(before, calls().size(), "nothing has changed");
            later(tree.resolve(file));
            assertEquals(0, bash(CHECK).waitFor());
            assertEquals(before + 1, calls().size(), file);
            Files.setLastModifiedTime(tree.resolve(file), LONG_AGO);
        }
    }

    /** Of a process with the signals of a terminal, which a test run that is started in the background lacks. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void shouldSayThatItWasInterruptedAndEndTheBuild(String signal, int code) throws Exception {
        Path pid = tree.resolve("maven.pid");
        slowMaven("echo $$ >" + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 60");
        Process process =
                bash("exec env --default-signal=INT,TERM bash -c 'source harness/millrace; catch_signals; JDK=/none;"
                        + " build'");
        while (!Files.exists(pid)) {
            assertTrue(process.isAlive(), "the launcher waits for Maven");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        // up to its end, since nothing keeps it open any more
        String err = new String(process.getErrorStream().readAllBytes());
        assertEquals(code, process.waitFor(), err);
        assertTrue(err.endsWith("millrace: interrupted; start it again to go on\n"), err);
        assertFalse(err.contains("failed"), err);
        assertFalse(
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).isPresent(), "Maven has ended");
    }

    @Test
    void shouldTellHowFarTheBuildIs() throws Exception {
        slowMaven("echo '[INFO] Downloaded from central: https://one.pom (1 kB)';"
                + " echo '[INFO] Building Millrace: the engine 0.1.0-SNAPSHOT           [5/6]'; sleep 1.5");
        Process process = bash("MILLRACE_PROGRESS_S=0.3; source harness/millrace; JDK=/none; build");
        String err = new String(process.getErrorStream().readAllBytes());
        assertTrue(err.contains(" s: at Millrace: the engine, 5 of 6, files fetched: 1\n"), err);
    }

    private void slowMaven(String does) throws IOException {
        Files.writeString(
                tree.resolve("bin/mvn"),
                "#!/bin/bash\n[[ $1 != --version ]] || { echo 'Apache Maven 3.9.9';" + " exit 0; }\n" + does + "\n");
    }

    @Test
    void shouldNotBuildWhenStartedByTests() throws Exception {
        Process process = bash("MILLRACE_BUILT=1; source harness/millrace; JDK=/none; build");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertFalse(Files.exists(tree.resolve("calls.txt")));
    }

    @Test
    void shouldRecordStartOnceForEachJdkAndBuild() throws Exception {
        jdk("first", RECORDS);
        jdk("second", RECORDS);
        for (String home : List.of("first", "second", "first", "second")) {
            assertEquals(0, build(home).waitFor());
        }
        assertEquals(List.of("first", "second"), recordings());
        Files.writeString(source, "changed");
        later(source);
        assertEquals(0, build("first").waitFor());
        assertEquals(List.of("first", "second", "first"), recordings());
    }

    @Test
    void shouldRecordStartAgainWhenAJarIsNewer() throws Exception {
        jdk("first", RECORDS);
        assertEquals(0, build("first").waitFor());
        later(Files.writeString(
                Files.createDirectories(tree.resolve("harness/lab/target/lib")).resolve("some.jar"), ""));
        assertEquals(0, build("first").waitFor());
        assertEquals(2, recordings().size());
    }

    @Test
    void shouldRecordStartOnceWhenStartedManyTimesAtOnce() throws Exception {
        jdk("first", "sleep 0.3; " + RECORDS);
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(build("first"));
        }
        for (Process start : starts) {
            assertEquals(0, start.waitFor());
        }
        assertEquals(1, recordings().size());
    }

    @Test
    void shouldStartWithTheCacheOfTheJdk() throws Exception {
        jdk("first", RECORDS);
        assertEquals(0, build("first").waitFor());
        String cache =
                tree.resolve("harness/target/start-up/jdk-SomeVendor-first.aot").toString();
        String command = startedWith("first", "");
        assertTrue(command.contains("-XX:AOTCache=" + cache + " ") && command.contains("-Xlog:aot*=off"), command);
        assertTrue(command.endsWith(" check some.conf"), command);
        for (String own : List.of("-XX:AOTMode=off", "-Xmx1g -XX:AOTCache=own", "-Xshare:off")) {
            assertFalse(startedWith("first", own).contains(cache), own);
        }
    }

    @Test
    void shouldGoWithoutCacheWhenTheJdkRecordsNone() throws Exception {
        for (String trouble :
                List.of("echo 'Unrecognized option' >&2; exit 1", "exit 0", "echo cache >\"$out\"; exit 134")) {
            jdk("poor", trouble);
            Process process = build("poor");
            String err = new String(process.getErrorStream().readAllBytes());
            assertEquals(0, process.waitFor(), err);
            assertEquals(0, build("poor").waitFor());
            assertFalse(err.contains("Unrecognized"), err);
            assertFalse(startedWith("poor", "").contains("AOT"), trouble);
            assertEquals(List.of("poor"), recordings(), "tried once");
            Files.delete(tree.resolve("recordings.txt"));
            Files.delete(tree.resolve("harness/target/start-up/jdk-SomeVendor-poor.aot"));
        }
    }

    /** A JDK whose java says what it was called with, and does something where it is to record a cache. */
    private void jdk(String version, String record) throws IOException {
        Path java = Files.createDirectories(tree.resolve("jdk").resolve(version).resolve("bin"))
                .resolve("java");
        Files.writeString(java, JAVA.formatted(tree, version, record));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                java.getParent().resolveSibling("release"),
                "IMPLEMENTOR=\"Some Vendor\"\nJAVA_VERSION=\"25\"\nJAVA_RUNTIME_VERSION=\"" + version + "\"\n");
    }

    private Process build(String jdk) throws IOException {
        return bash("source harness/millrace; JDK=" + tree.resolve("jdk").resolve(jdk) + "; build");
    }

    /** What the JVM of a command is called with. */
    private String startedWith(String jdk, String options) throws Exception {
        Process process = bash("export MILLRACE_JAVA_OPTIONS='" + options + "'; source harness/millrace; JDK="
                + tree.resolve("jdk").resolve(jdk) + "; start check some.conf");
        String command = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(0, process.waitFor(), command);
        assertTrue(command.startsWith("started "), command);
        return command;
    }

    private List<String> recordings() throws IOException {
        return Files.readAllLines(tree.resolve("recordings.txt"));
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

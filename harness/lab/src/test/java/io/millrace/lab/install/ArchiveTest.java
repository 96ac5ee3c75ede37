package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.millrace.cli.ExitCode;
import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive as an operator uses it: unpacked into a folder with a space in its name, started through a link and, if
 * the tests run as root, by a user without privileges. The launcher builds the archive before it runs the tests;
 * without the launcher, these tests are skipped if there is no archive.
 */
@Slow
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ArchiveTest {
    private static final Path BUILT = Path.of("../cli/target").toAbsolutePath().normalize();
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    private static final String ANY_PORT = "ports.in.bind=127.0.0.1:0";

    private static final LocalDateTime BUILD_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final String ENTRY = "(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x) root/root +\\d+ 2026-01-01 00:00:00 .*";
    private static final int SIGTERM = 15;

    @TempDir
    private static Path temporary;

    private static Path archive;
    private static Path installed;
    private static Path link;
    private static Path cache;

    @BeforeAll
    static void unpack() throws Exception {
        List<Path> archives;
        try (Stream<Path> files = Files.list(BUILT)) {
            archives = files.filter(file -> file.toString().endsWith(".tar.gz")).toList();
        }
        boolean byLauncher = "1".equals(System.getenv("MILLRACE_BUILT"));
        assertFalse(archives.isEmpty() && byLauncher, "the launcher's build made no archive");
        assumeFalse(archives.isEmpty(), "not packed yet; 'harness/millrace test' does that first");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path folder = Files.createDirectory(temporary.resolve("a folder"));
        cache = Files.createDirectory(temporary.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        archive = archives.getFirst();
        Program.of("tar", "xzf", archive.toString(), "-C", folder.toString()).output("the archive can't be unpacked");
        try (Stream<Path> files = Files.list(folder)) {
            installed = files.findFirst().orElseThrow();
        }
        link = Files.createSymbolicLink(temporary.resolve("millrace"), installed.resolve("bin/millrace"));
    }

    @Test
    void shouldHoldNothingOfTheLabAndInstallNothing() throws IOException {
        try (Stream<Path> files = Files.list(installed.resolve("lib"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertTrue(names.stream().anyMatch(name -> name.startsWith("millrace-engine-")), names::toString);
            assertTrue(
                    names.stream()
                            .noneMatch(name -> name.matches("(millrace-lab|jmh|junit|HdrHistogram|jopt|commons).*")),
                    names::toString);
        }
        for (String script : List.of("bin/millrace", "lib/launch.sh")) {
            String text = Files.readString(installed.resolve(script));
            assertFalse(text.contains("apt-get") || text.contains("mvn"), script);
        }
    }

    /** So that two builds of one commit are the same, wherever and whenever they were made. */
    @Test
    void shouldHoldNothingOfWhenAndByWhomItWasBuilt() throws IOException {
        String listing = Program.of("tar", "--list", "--verbose", "--full-time", "--utc", "--file", archive.toString())
                .with("LC_ALL", "C")
                .output("the archive can't be listed");
        assertEquals(
                List.of(), listing.lines().filter(line -> !line.matches(ENTRY)).toList());
        try (JarFile jar = new JarFile(installed.resolve("millrace.jar").toFile())) {
            assertEquals(
                    Set.of(BUILD_TIME), jar.stream().map(JarEntry::getTimeLocal).collect(Collectors.toSet()));
            assertNull(jar.getManifest().getMainAttributes().getValue("Built-By"));
        }
    }

    @Test
    void shouldCheckFromAPathOutsideAscii() {
        String folder = "$'../\\303\\266 x'"; // made by the shell: this JVM may know nothing but ASCII
        Program.Outcome outcome = Program.of(
                        "bash",
                        "-c",
                        "cp -r . " + folder + " && " + folder + "/bin/millrace check " + folder
                                + "/examples/echo.conf; code=$?; rm -r " + folder + "; exit $code")
                .in(installed)
                .with("MILLRACE_JAVA_HOME", System.getProperty("java.home"))
                .with("LC_ALL", "C")
                .runApart();
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertTrue(outcome.out().startsWith("millrace {"), outcome.out());
        assertEquals("", outcome.err());
    }

    @Test
    void shouldSayWhatToDoWhereThereIsNoJavaAndNoPath() {
        Program.Outcome outcome = Program.of(
                        installed.resolve("bin/millrace").toString(), "check", "examples/echo.conf")
                .in(installed)
                .without(name -> name.startsWith("MILLRACE_") || name.equals("JAVA_HOME"))
                .with("MILLRACE_JVM_FOLDER", temporary.resolve("absent").toString())
                .with("PATH", "")
                .runApart();
        assumeFalse(outcome.code() == ExitCode.FINE, "the host's own programs have a Java that is new enough");
        assertEquals(ExitCode.HOST, outcome.code(), outcome.err());
        assertTrue(
                outcome.err().matches("millrace: no Java 25 or newer in .*; install one, or set .*\n"), outcome.err());
    }

    @Test
    void shouldLeaveNothingOfARecordingThatIsInterrupted() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("interrupted"));
        ProcessBuilder builder = new ProcessBuilder(
                installed.resolve("bin/millrace").toString(), "run", "examples/echo.conf", "--set", ANY_PORT);
        builder.directory(installed.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().put("MILLRACE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", folder.toString());
        Process process = builder.start();
        while (filesBelow(folder).isEmpty()) {
            assertTrue(process.isAlive(), "it records a cache");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        process.toHandle().destroy(); // unlike Process.destroy, it leaves what the launcher says to be read
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(128 + SIGTERM, process.waitFor(), err);
        assertTrue(err.endsWith("millrace: interrupted; start it again to go on\n"), err);
        assertEquals(List.of(), filesBelow(folder));
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) { // a folder went while it was walked
            return filesBelow(folder);
        }
    }

    @Test
    void shouldCheckFromAPathWithASpace() throws Exception {
        Program.Outcome outcome = start(cache, installed.resolve("bin/millrace"), "check", "examples/echo.conf");
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertTrue(outcome.out().startsWith("millrace {"), outcome.out());
        assertEquals("", outcome.err());
    }

    @Test
    void shouldExamineTheHostThroughALink() throws Exception {
        Program.Outcome outcome = start(cache, link, "doctor", "--port", "udp");
        assertTrue(outcome.out().contains("io_uring, for udp and tcp ports:"), outcome.out() + outcome.err());
        assertTrue(outcome.code() == ExitCode.FINE || outcome.code() == ExitCode.HOST, outcome.err());
    }

    @Test
    void shouldRunAndRecordACacheOnce() throws Exception {
        Program.Outcome first =
                start(cache, link, "run", "examples/echo.conf", "--duration", "100ms", "--set", ANY_PORT);
        assertEquals(ExitCode.FINE, first.code(), first.err());
        assertTrue(first.err().startsWith("millrace: recording a start-up cache"), first.err());
        assertTrue(first.out().startsWith("running  in: udp 127.0.0.1:"), first.out());
        try (Stream<Path> files = Files.walk(cache.resolve("millrace"))) {
            List<Path> caches =
                    files.filter(file -> file.toString().endsWith(".aot")).toList();
            assertEquals(1, caches.size(), caches::toString);
            assertNotEquals(0, Files.size(caches.getFirst()));
        }
        Program.Outcome second =
                start(cache, link, "run", "examples/echo.conf", "--duration", "100ms", "--set", ANY_PORT);
        assertEquals(ExitCode.FINE, second.code(), second.err());
        assertFalse(second.err().contains("millrace: "), second.err());
    }

    @Test
    void shouldRunWhereNoCacheCanBeWritten() throws Exception {
        Path file = Files.writeString(temporary.resolve("no-folder"), "");
        Program.Outcome outcome =
                start(file, link, "run", "examples/echo.conf", "--duration", "100ms", "--set", ANY_PORT);
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertFalse(outcome.err().contains("millrace: "), outcome.err());
    }

    @Test
    void shouldPassExitCodesThrough() throws Exception {
        assertEquals(ExitCode.USAGE, start(cache, link, "check", "absent.conf").code());
        Program.Outcome outcome = start(cache, link, "demo");
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("millrace: no such command: 'demo'"), outcome.err());
    }

    @Test
    void shouldRunAsAJarWithTheOptionsOfItsManifest() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Program.Outcome outcome = start(
                cache,
                java,
                "-jar",
                installed.resolve("millrace.jar").toString(),
                "run",
                "examples/echo.conf",
                "--duration",
                "100ms",
                "--set",
                ANY_PORT);
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertFalse(outcome.err().contains("native access"), outcome.err());
    }

    /** Starts a program in the folder of the installation. */
    private static Program.Outcome start(Path cacheFolder, Path program, String... arguments) throws Exception {
        Path out = Files.createTempFile(temporary, "out", null);
        Path err = Files.createTempFile(temporary, "err", null);
        List<String> command = new ArrayList<>();
        if (Files.getOwner(out).getName().equals("root")) {
            command.addAll(AS_NOBODY);
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return Program.of(command)
                .in(installed)
                .without(name -> name.startsWith("MILLRACE_") || name.equals("CI"))
                .with("MILLRACE_JAVA_HOME", System.getProperty("java.home"))
                .with("XDG_CACHE_HOME", cacheFolder.toString())
                .within(Duration.ofSeconds(200))
                .runApart();
    }
}

package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs native/generate on a copy of what it reads, so that a failure leaves the sources alone. */
class GenerateScriptTest {

    private static final String SYSTEM_PATH = "/usr/bin:/bin";

    @TempDir
    private Path module;

    @TempDir
    private Path tools;

    @TempDir
    private Path headers;

    private record Outcome(int exitCode, String output) {}

    @BeforeEach
    void copyWhatTheScriptReads() throws IOException {
        Files.copy(Path.of("generate"), module.resolve("generate"));
        Path lists = Files.createDirectories(module.resolve(Generated.JEXTRACT_INPUT));
        try (Stream<Path> files = Files.list(Generated.JEXTRACT_INPUT)) {
            for (Path file : files.toList()) {
                Files.copy(file, lists.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void shouldSayWhereToGetJextractWhenItIsMissing() throws Exception {
        assumeTrue(!isOn(SYSTEM_PATH), "jextract is installed for everyone here");

        assertEquals(
                new Outcome(
                        3,
                        "native/generate: no jextract on the PATH; get it from"
                                + " https://jdk.java.net/jextract or build github.com/openjdk/jextract\n"),
                generate(SYSTEM_PATH, headers));
    }

    @Test
    void shouldNameTheHeaderThatIsMissing() throws Exception {
        assertEquals(
                new Outcome(
                        3,
                        "native/generate: " + headers + "/stdio.h is missing; install the package of"
                                + " libc6-dev (Debian) or glibc-devel (Fedora)\n"),
                generate(pathWithIdleJextract(), headers));
    }

    @Test
    void shouldNameTheHeaderThatIsTooOld() throws Exception {
        writeHeaders();
        Files.writeString(headers.resolve("linux/if_xdp.h"), "#define XDP_OPTIONS 8\n");

        Outcome outcome = generate(pathWithIdleJextract(), headers);

        assertEquals(3, outcome.exitCode);
        assertTrue(
                outcome.output.startsWith("native/generate: " + headers + "/linux/if_xdp.h is too old, it does not"
                        + " know XDP_MAX_TX_SKB_BUDGET; it takes linux-libc-dev (Debian)"),
                outcome.output);
        assertEquals(1, outcome.output.lines().count(), outcome.output);
    }

    @Test
    void shouldNameSymbolsThatWereNotGeneratedAndLeaveNothing() throws Exception {
        writeHeaders();

        Outcome outcome = generate(pathWithIdleJextract(), headers);

        assertEquals(3, outcome.exitCode);
        assertTrue(
                outcome.output.startsWith("native/generate: the headers do not declare socket setsockopt"),
                outcome.output);
        try (Stream<Path> left = Files.list(module.resolve("src/main"))) {
            assertEquals(
                    "jextract", left.map(Path::getFileName).map(Path::toString).reduce("", String::concat));
        }
    }

    /** Only a developer's machine has jextract and headers that are new enough: both are named to have this test. */
    @TestFactory
    Stream<DynamicTest> regeneration() {
        String path = System.getenv("PATH");
        String chosen = System.getenv("MILLRACE_HEADERS");
        return chosen == null || !isOn(path)
                ? Stream.empty()
                : Stream.of(dynamicTest("shouldWriteWhatIsCheckedIn", () -> assertRegenerated(path, chosen)));
    }

    private void assertRegenerated(String path, String chosen) throws Exception {
        Outcome outcome = generate(path, Path.of(chosen));

        assertEquals(0, outcome.exitCode, outcome.output);
        for (Path source : Generated.sources()) {
            assertEquals(Files.readString(source), Files.readString(module.resolve(source)), source.toString());
        }
        try (Stream<Path> written = Files.walk(module.resolve(Generated.SOURCES))) {
            assertEquals(
                    Generated.sources().size(),
                    written.filter(Files::isRegularFile).count());
        }
    }

    private Outcome generate(String path, Path headersFrom) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", module.resolve("generate").toString()).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PATH", path, "MILLRACE_HEADERS", headersFrom.toString()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), output);
    }

    private String pathWithIdleJextract() throws IOException {
        Path idle = Files.writeString(tools.resolve("jextract"), """
            #!/bin/sh
            while [ "$1" != --output ]; do shift; done
            mkdir -p "$2"/io/millrace/bindings/libc
            """);
        Files.setPosixFilePermissions(idle, PosixFilePermissions.fromString("rwx------"));
        return tools + File.pathSeparator + SYSTEM_PATH;
    }

    private void writeHeaders() throws IOException {
        Map<String, String> lines = Map.of(
                "stdio.h", "vsnprintf",
                "linux/if_xdp.h", "XDP_MAX_TX_SKB_BUDGET",
                "bpf/libbpf.h", "xdp_zc_max_segs",
                "liburing/io_uring.h", "IORING_REGISTER_RESIZE_RINGS");
        for (Map.Entry<String, String> header : lines.entrySet()) {
            Path file = headers.resolve(header.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, header.getValue() + "\n");
        }
    }

    private static boolean isOn(String path) {
        return Stream.of(path.split(File.pathSeparator)).anyMatch(folder -> Files.exists(Path.of(folder, "jextract")));
    }
}

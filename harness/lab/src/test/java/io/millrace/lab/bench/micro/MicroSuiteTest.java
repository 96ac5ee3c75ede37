package io.millrace.lab.bench.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.CCompiler;
import io.millrace.testing.Alone;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole run of the suite, too short to tell anything about speed. */
@Alone
@Slow
@Timeout(120)
class MicroSuiteTest {
    private static final String IGNORE_LOCK = "jmh.ignoreLock";

    private final List<String> lines = new ArrayList<>();

    /** The figures do not matter here, so another JMH may run on this machine. */
    @BeforeEach
    void ignoreTheLock() {
        System.setProperty(IGNORE_LOCK, "true");
    }

    @AfterEach
    void heedTheLock() {
        System.clearProperty(IGNORE_LOCK);
    }

    private static MicroSettings shortly(MicroBenchmark... benchmarks) {
        final int lastCpu = Runtime.getRuntime().availableProcessors() - 1;
        return new MicroSettings(List.of(benchmarks), 1, 0, 1, 2, 20, 0, lastCpu);
    }

    private List<MicroResult> run(Path lab, MicroBenchmark... benchmarks) throws Exception {
        return new MicroSuite(shortly(benchmarks), lab, lines::add).run();
    }

    @Test
    void shouldMeasureJavaAndC() throws Exception {
        CCompiler.assumeThere();
        final List<MicroResult> results = run(
                Path.of("").toAbsolutePath(),
                MicroBenchmark.KERNEL_ALONE,
                MicroBenchmark.RX_TO_FILL,
                MicroBenchmark.CHECKSUM_1500);
        assertEquals(
                List.of(MicroBenchmark.KERNEL_ALONE, MicroBenchmark.RX_TO_FILL, MicroBenchmark.CHECKSUM_1500),
                results.stream().map(MicroResult::benchmark).toList());
        for (MicroResult result : results) {
            assertTrue(result.java().getFirst() > 0 && result.c().getFirst() > 0, result::toString);
            assertTrue(result.bytesPerFrame() >= 0, result::toString);
        }
        final MicroResult checksum = results.getLast();
        assertEquals(
                checksum.java().getFirst() / checksum.c().getFirst(),
                checksum.ratios().getFirst(),
                1e-9);
        assertEquals(3, lines.size());
        assertTrue(lines.get(1).startsWith("round 1 of 1, rx-to-fill"), lines::toString);
    }

    @Test
    void shouldMeasureJavaAloneWhereCDoesNotBuild(@TempDir Path lab) throws Exception {
        Files.createDirectories(lab.resolve("peers/micro"));
        final Path build = lab.resolve("peers/micro/build");
        Files.writeString(build, "#!/bin/sh\necho 'error: no compiler' >&2\nexit 1\n");
        assertTrue(build.toFile().setExecutable(true));
        final MicroResult result =
                run(lab, MicroBenchmark.HAND_OVER_BY_ONE_THREAD).getFirst();
        assertTrue(result.java().getFirst() > 0);
        assertEquals(List.of(), result.c());
        assertTrue(
                lines.getFirst().startsWith("Java alone: the peer micro does not build; install gcc"), lines::toString);
    }

    @Test
    void shouldSayWhatFailed() {
        final MicroSettings settings = new MicroSettings(List.of(MicroBenchmark.HAND_OVER), 1, 0, 1, 1, 1, 0, 1 << 20);
        final IOException failure = assertThrows(
                IOException.class, () -> new MicroSuite(settings, Path.of("").toAbsolutePath(), lines::add).run());
        assertTrue(failure.getMessage().contains("org.openjdk.jmh.Main"), failure.getMessage());
    }
}

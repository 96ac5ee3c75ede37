package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the peers in C are built with. */
public final class CCompiler {
    private CCompiler() {}

    /** Skips the test where there is none. */
    public static void assumeThere() {
        assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "gcc is not installed; harness/millrace bench installs it");
    }
}

package io.millrace.lab.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of the repository's launcher, for tests that build in a tree of their own. */
final class Launchers {
    static final Path SCRIPT = Path.of("../millrace").toAbsolutePath().normalize();
    private static final String SHARED = "cli/src/main/archive/lib/launch.sh";

    private Launchers() {}

    /** Copies it, and what it shares with the launcher of an installation. */
    static void copyInto(Path tree) throws IOException {
        Path harness = Files.createDirectories(tree.resolve("harness"));
        Files.copy(SCRIPT, harness.resolve("millrace"));
        Path shared = harness.resolve(SHARED);
        Files.createDirectories(shared.getParent());
        Files.copy(SCRIPT.resolveSibling(SHARED), shared);
    }
}

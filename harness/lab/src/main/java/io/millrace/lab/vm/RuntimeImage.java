package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** The JVM for the guest: this one's, by jlink, with the modules that the engine and the checks need. */
final class RuntimeImage {
    /** jdeps names the first five; slf4j and the JDK's own management find the others while they run. */
    private static final String MODULES =
            "java.base,java.management,jdk.management,jdk.unsupported,java.naming,java.logging";

    private RuntimeImage() {}

    /**
     * Makes it, unless it is there from an earlier run of the same JDK.
     *
     * @throws HostException if this JDK can't
     */
    static Path in(Path folder, Consumer<String> progress) {
        Path home = Path.of(System.getProperty("java.home"));
        Path kept =
                folder.resolve("java-" + Runtime.version() + "-" + Integer.toHexString((home + MODULES).hashCode()));
        if (Files.isDirectory(kept)) {
            return kept;
        }
        progress.accept("making a JVM for the guest (jlink) ...");
        Path jlink = home.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new HostException(home + " has no jlink; set MILLRACE_JAVA_HOME to a whole JDK");
        }
        Path made = folder.resolve("java-made");
        Folders.remove(made);
        try {
            Files.createDirectories(folder);
            Program.of(
                            jlink.toString(),
                            "--add-modules",
                            MODULES,
                            "--output",
                            made.toString(),
                            "--no-header-files",
                            "--no-man-pages",
                            "--strip-java-debug-attributes",
                            "--generate-cds-archive")
                    .output("this JDK makes no JVM for the guest");
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

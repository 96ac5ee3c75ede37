package io.millrace.lab.system;

import io.millrace.cli.Millrace;
import io.millrace.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs the command line in this JVM, so that the test sees what it leaves open. */
final class CommandLineRun {
    private CommandLineRun() {}

    /** Runs an engine for a moment, from a file {@code engine.conf} of this text. */
    static ChildJvm.Outcome run(Namespace namespace, Path folder, String config) throws IOException {
        return execute(namespace, "run", write(folder, config), "--duration", "100ms");
    }

    /** Checks such a file. */
    static ChildJvm.Outcome check(Namespace namespace, Path folder, String config) throws IOException {
        return execute(namespace, "check", write(folder, config));
    }

    private static String write(Path folder, String config) throws IOException {
        return Files.writeString(folder.resolve("engine.conf"), config).toString();
    }

    private static ChildJvm.Outcome execute(Namespace namespace, String... arguments) {
        try (LogCapture log = new LogCapture()) {
            int code = namespace.call(() -> Millrace.execute(arguments));
            return new ChildJvm.Outcome(code, "", log.text());
        }
    }
}

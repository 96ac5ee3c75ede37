package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lab.net.Namespace;
import java.nio.charset.StandardCharsets;

/** Commands of the host, run in a namespace. */
final class Shell {
    private Shell() {}

    /** Runs it to its end, which must be a good one; returns what it printed. */
    static String run(Namespace namespace, String... command) {
        Process process = namespace.start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
            return output;
        } catch (Exception e) {
            throw new AssertionError(String.join(" ", command), e);
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;

/** How a command ends that can't have what it was asked for: one line on stderr beside the log, and an exit code. */
final class Refusal {
    /** The exit code for wrong usage or a wrong config. */
    static final int CONFIG = 2;
    /** The exit code for what the host lacks. */
    static final int HOST = 3;

    private static final Pattern LOG_LINE = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[?[A-Z].*");
    private static final Pattern LINE = Pattern.compile("millrace: .+; .+");

    private Refusal() {}

    /** @param fragments each in the line */
    static void assertRefused(int code, ChildJvm.Outcome outcome, String... fragments) {
        assertEquals(code, outcome.code(), outcome::toString);
        List<String> lines = outcome.err()
                .lines()
                .filter(line -> !LOG_LINE.matcher(line).matches())
                .toList();
        assertEquals(1, lines.size(), outcome::err);
        String line = lines.getFirst();
        assertTrue(LINE.matcher(line).matches(), () -> "what is wrong; what to do: " + line);
        for (String fragment : fragments) {
            assertTrue(line.contains(fragment), () -> "no '" + fragment + "' in " + line);
        }
    }
}

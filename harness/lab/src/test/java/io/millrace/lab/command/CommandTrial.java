package io.millrace.lab.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Millrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands in this JVM, and keeps what they say. */
public final class CommandTrial {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs one; returns its exit code. */
    public int execute(String... args) {
        CommandLine line = Millrace.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    /** What was said on stdout. */
    public String out() {
        return out.toString();
    }

    /** What was said on stderr. */
    public String err() {
        return err.toString();
    }

    /** Forgets what was said on stderr. */
    public void clear() {
        err.getBuffer().setLength(0);
    }

    /** One line was said, of what is wrong and what to do, with these parts. */
    public void assertOneErrorLine(String... fragments) {
        assertTrue(err().startsWith("millrace: "), err());
        assertEquals(1, err().lines().count(), err());
        assertTrue(err().contains("; "), "says what to do: " + err());
        for (String fragment : fragments) {
            assertTrue(err().contains(fragment), err());
        }
    }
}

package io.millrace.harness.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MillraceTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... args) {
        CommandLine line = Millrace.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private void assertOneErrorLine(String... fragments) {
        String text = err.toString();
        assertTrue(text.startsWith("millrace: "), text);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.contains("; "), "says what to do: " + text);
        for (String fragment : fragments) {
            assertTrue(text.contains(fragment), text);
        }
    }

    @Test
    void shouldAskForCommandWhenThereIsNone() {
        assertEquals(ExitCode.USAGE, execute());
        assertOneErrorLine("no command given", "millrace --help");
    }

    @Test
    void shouldNameUnknownCommand() {
        assertEquals(ExitCode.USAGE, execute("rum"));
        assertOneErrorLine("no such command: 'rum'");
    }

    @Test
    void shouldSuggestOptionWhenItIsUnknown() {
        assertEquals(ExitCode.USAGE, execute("run", "x.conf", "--durationn", "5s"));
        assertOneErrorLine("--durationn", "--duration", "millrace run --help");
    }

    @Test
    void shouldSayWhichValueIsWrong() {
        assertEquals(ExitCode.USAGE, execute("run", "x.conf", "--duration", "5"));
        assertOneErrorLine("'--duration'", "'5'", "10s");
    }

    @Test
    void shouldNameMissingArgument() {
        assertEquals(ExitCode.USAGE, execute("check"));
        assertOneErrorLine("missing: CONFIG", "millrace check --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check"})
    void shouldNameConfigFileThatIsNotThere(String command, @TempDir Path folder) {
        String config = folder.resolve("absent.conf").toString();
        assertEquals(ExitCode.USAGE, execute(command, config));
        assertOneErrorLine(config, "no such file");
    }

    @Test
    void shouldRefuseUnknownPortType() {
        assertEquals(ExitCode.USAGE, execute("demo", "--port", "dpdk"));
        assertOneErrorLine("'dpdk'", "af-xdp, udp or tcp");
    }

    @Test
    void shouldShowStackTraceWhenVerbose() {
        assertEquals(ExitCode.USAGE, execute("run", "--verbose", "absent.conf"));
        assertTrue(err.toString().contains("\tat io.millrace"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "check", "gen", "bench"})
    void shouldHelpWithEveryCommand(String command) {
        assertEquals(ExitCode.FINE, execute(command, "--help"));
        assertTrue(out.toString().startsWith("Usage: millrace " + command), out.toString());
        assertTrue(err.toString().isEmpty(), err.toString());
    }

    @Test
    void shouldPrintVersion() {
        assertEquals(ExitCode.FINE, execute("--version"));
        assertTrue(out.toString().startsWith("millrace "), out.toString());
        assertFalse(out.toString().isBlank());
    }
}

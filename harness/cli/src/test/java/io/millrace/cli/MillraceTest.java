package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
    void shouldKnowEachCommandAloneByItsName() {
        Set<String> names = Millrace.commandLine().getSubcommands().keySet();
        assertEquals(Set.of("run", "check", "doctor"), names);
        for (String name : names) {
            assertEquals(
                    Set.of(name),
                    Millrace.commandLine(new String[] {name, "--help"})
                            .getSubcommands()
                            .keySet());
        }
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

    @ParameterizedTest
    @ValueSource(strings = {"run", "check"})
    void shouldRefuseConfigWithoutStages(String command, @TempDir Path folder) throws IOException {
        Path config = Files.writeString(
                folder.resolve("empty.conf"),
                "millrace {\n ports { u { type = udp, bind = \"127.0.0.1:0\" } }\n pipeline = []\n}\n");
        assertEquals(ExitCode.USAGE, execute(command, config.toString()));
        assertOneErrorLine(config + ":3: the pipeline is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check"})
    void shouldPrintEveryProblemOfConfigOnLineOfItsOwn(String command, @TempDir Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("bad.conf"), """
            millrace {
              engine { mode = inlin }
              ports { in { type = af-xdp, interface = eth1, frames = 1 } }
              pipeline = [{ stage = drop }]
            }
            """);
        assertEquals(ExitCode.USAGE, execute(command, config.toString()));
        assertEquals(
                "millrace: " + config + ":2: engine.mode is 'inlin', which is not one of its values; "
                        + "did you mean 'inline'?\n"
                        + "millrace: " + config
                        + ":3: ports.in.frames is 1, less than 2; use a whole number, 2 to 4194304\n",
                err.toString());
    }

    @Test
    void shouldRefuseUnknownPortType() {
        assertEquals(ExitCode.USAGE, execute("doctor", "--port", "dpdk"));
        assertOneErrorLine("'dpdk'", "it is af-xdp, ", " or udp");
    }

    @Test
    void shouldShowStackTraceWhenVerbose() {
        assertEquals(ExitCode.USAGE, execute("run", "--verbose", "absent.conf"));
        assertTrue(err.toString().contains("\tat io.millrace"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "doctor"})
    void shouldHelpWithEveryCommand(String command) {
        assertEquals(ExitCode.FINE, execute(command, "--help"));
        assertTrue(out.toString().startsWith("Usage: millrace " + command), out.toString());
        assertTrue(err.toString().isEmpty(), err.toString());
        assertEquals(
                List.of(),
                out.toString().lines().filter(line -> line.length() > 80).toList());
    }

    @Test
    void shouldHelpWithinEightyColumns() {
        assertEquals(ExitCode.FINE, execute("--help"));
        assertEquals(
                List.of(),
                out.toString().lines().filter(line -> line.length() > 80).toList());
    }

    @Test
    void shouldRefuseAnIntervalThatIsTooShort() {
        assertEquals(ExitCode.USAGE, execute("run", "absent.conf", "--interval", "1ms"));
        assertOneErrorLine("--interval 1ms", "10ms or more");
    }

    @Test
    void shouldPrintVersion() {
        assertEquals(ExitCode.FINE, execute("--version"));
        assertTrue(out.toString().startsWith("millrace "), out.toString());
        assertFalse(out.toString().isBlank());
    }
}

package io.millrace.lab.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.OutputFile;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command with a file for results reports before its start if the file can't be written. */
@Timeout(60)
class OutputFileTest {
    private static final long RUN_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private Path folder;

    private Path config;
    private final CommandTrial trial = new CommandTrial();

    @BeforeEach
    void writeConfig() throws IOException {
        config = Files.writeString(folder.resolve("engine.conf"), """
            millrace { ports { p { type = udp, bind = "127.0.0.1:0" } }, pipeline = [ { stage = drop } ] }
            """);
    }

    private int command(String command, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of(command.replace("CONFIG", config.toString()).split(" ")));
        arguments.addAll(List.of(more));
        return trial.execute(arguments.toArray(String[]::new));
    }

    private void assertRefused(String command, String option, Path file, String problem) {
        long startNs = System.nanoTime();
        assertEquals(ExitCode.USAGE, command(command, option, file.toString()), trial::err);
        assertTrue(System.nanoTime() - startNs < RUN_NS, "before anything ran");
        assertEquals(1, trial.err().lines().count(), trial::err);
        assertTrue(trial.err().startsWith("millrace: " + option + " " + file + ": "), trial::err);
        assertTrue(trial.err().contains(problem), trial::err);
        trial.clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run CONFIG --duration 40s",
                "demo --port udp --duration 40s",
                "bench udp-sink",
                "vm-test",
                "gen --mode udp --src-ip 127.0.0.1 --dst-ip 127.0.0.1 --dst-port 9 --src-port 0 --rate 1k"
                        + " --duration 40s"
            })
    void shouldRefuseFilesThatCannotBeWritten(String command) {
        assertRefused(command, "--json", folder.resolve("absent/out.json"), "its folder does not exist; make it");
        assertRefused(command, "--json", folder, "is a folder; name a file in it");
        assertRefused(command, "--json", config.resolve("out.json"), "is no folder; name another file");
        assertRefused(command, "--json", Path.of("/proc/out.json"), "can't be written (");
    }

    @Test
    void shouldRefuseFolderForTheReportThatIsAFile() {
        assertRefused("bench udp-sink", "--out", config, "is no folder");
    }

    @Test
    void shouldTakeFilesThatCanBeWrittenAndLeaveThemAlone() throws IOException {
        OutputFile.require("--json", null);
        OutputFile.require("--json", folder.resolve("new.json"));
        assertFalse(Files.exists(folder.resolve("new.json")));
        OutputFile.require("--json", Path.of("relative.json"));
        assertFalse(Files.exists(Path.of("relative.json")));
        Path old = Files.writeString(folder.resolve("old.json"), "{}");
        OutputFile.require("--json", old);
        assertEquals("{}", Files.readString(old));
        OutputFile.require("--json", Path.of("/dev/full"));
    }

    @Test
    void shouldNotOpenAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        Program.of("mkfifo", pipe.toString()).output("no named pipe can be made");
        OutputFile.require("--json", pipe); // opening it would wait for a reader
    }

    @Test
    void shouldMakeFolderAndLeaveNothingInIt() throws IOException {
        Path made = folder.resolve("a/b");
        OutputFile.requireFolder("--out", made);
        try (var files = Files.list(made)) {
            assertEquals(0, files.count());
        }
        assertThrows(CommandFailure.class, () -> OutputFile.requireFolder("--out", config));
    }

    @Test
    void shouldFailAndSayWhyWhenTheDiskIsFullAtTheEnd() {
        assertEquals(ExitCode.FAILED, command("run CONFIG --duration 10ms --json /dev/full"), trial::err);
        assertEquals(
                "millrace: can't write /dev/full (No space left on device); make room there, or name another"
                        + " file\n",
                trial.err());
    }
}

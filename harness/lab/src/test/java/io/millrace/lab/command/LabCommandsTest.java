package io.millrace.lab.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.ExitCode;
import io.millrace.cli.Millrace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the lab, and how the command line finds them. */
class LabCommandsTest {
    private final CommandTrial trial = new CommandTrial();

    @Test
    void shouldKnowEachCommandAloneByItsName() {
        Set<String> names = Millrace.commandLine().getSubcommands().keySet();
        assertEquals(Set.of("demo", "run", "check", "gen", "bench", "vm-test", "doctor"), names);
        for (String name : names) {
            assertEquals(
                    Set.of(name),
                    Millrace.commandLine(new String[] {name, "--help"})
                            .getSubcommands()
                            .keySet());
        }
    }

    @Test
    void shouldRefuseUnknownPortType() {
        assertEquals(ExitCode.USAGE, trial.execute("demo", "--port", "dpdk"));
        trial.assertOneErrorLine("'dpdk'", "af-xdp, udp or tcp");
    }

    private int gen(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("gen", "--src-ip", "10.99.0.1", "--dst-ip", "10.99.0.2", "--dst-port", "9000"));
        arguments.addAll(List.of(more));
        return trial.execute(arguments.toArray(String[]::new));
    }

    @Test
    void shouldSayWhatKernelTrafficNeeds() {
        assertEquals(ExitCode.USAGE, gen());
        trial.assertOneErrorLine("missing: --interface");
    }

    @Test
    void shouldRefuseWrongAddresses() {
        assertEquals(ExitCode.USAGE, gen("--interface", "none0", "--dst-mac", "02:00"));
        trial.assertOneErrorLine("'02:00' is no MAC address");
    }

    @Test
    void shouldNotLookNamesUp() {
        assertEquals(
                ExitCode.USAGE,
                trial.execute(
                        "gen",
                        "--mode",
                        "udp",
                        "--src-ip",
                        "127.0.0.1",
                        "--dst-ip",
                        "localhost",
                        "--dst-port",
                        "9000"));
        trial.assertOneErrorLine("'localhost' of --dst-ip is no IPv4 or IPv6 address");
    }

    @Test
    void shouldRefuseFrameThatIsTooShort() {
        assertEquals(ExitCode.USAGE, gen("--mode", "udp", "--size", "20"));
        trial.assertOneErrorLine("frame of 20 bytes; choose 42 or more");
    }

    @Test
    void shouldNameInterfaceThatIsNotThere() {
        assertEquals(ExitCode.HOST, gen("--interface", "none0", "--dst-mac", "02:00:00:00:00:02"));
        trial.assertOneErrorLine("interface none0 is not there");
    }

    @Test
    void shouldSendOverLoopbackAndReport(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("gen.json");
        assertEquals(
                ExitCode.FINE,
                trial.execute(
                        "gen",
                        "--mode",
                        "udp",
                        "--src-ip",
                        "127.0.0.1",
                        "--src-port",
                        "0",
                        "--dst-ip",
                        "127.0.0.1",
                        "--dst-port",
                        "9",
                        "--count",
                        "100",
                        "--rate",
                        "10k",
                        "--json",
                        json.toString()));
        assertTrue(trial.out().startsWith("sent 100 frames in 0.0"), trial.out());
        assertTrue(Files.readString(json).startsWith("{\"version\":1,\"mode\":\"udp\",\"sent\":100,\"refused\":0,"));
    }

    @Test
    void shouldNameTheSuitesThereAre() {
        assertEquals(ExitCode.USAGE, trial.execute("bench", "udp"));
        trial.assertOneErrorLine("'udp' is no suite", "udp-sink", "tcp-echo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp-sink afxdp-rx --wait",
                "tcp-echo --rate 200k",
                "udp-echo --size 1473",
                "--size 49",
                "udp-sink --rounds 0"
            })
    void shouldRefuseToMeasureWhatASuiteHasNot(String arguments) {
        List<String> line = new ArrayList<>(List.of("bench"));
        line.addAll(List.of(arguments.split(" ")));
        assertEquals(ExitCode.USAGE, trial.execute(line.toArray(String[]::new)));
        trial.assertOneErrorLine("--");
    }

    @Test
    void shouldNameTheDriversThereAre() {
        assertEquals(ExitCode.USAGE, trial.execute("vm-test", "--driver", "e1000"));
        trial.assertOneErrorLine("'e1000' is no driver", "virtio-net or igb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "check", "gen", "bench", "vm-test", "doctor"})
    void shouldHelpWithEveryCommand(String command) {
        assertEquals(ExitCode.FINE, trial.execute(command, "--help"));
        assertTrue(trial.out().startsWith("Usage: millrace " + command), trial.out());
        assertTrue(trial.err().isEmpty(), trial.err());
        assertEquals(
                List.of(),
                trial.out().lines().filter(line -> line.length() > 80).toList());
    }

    @Test
    void shouldHelpWithinEightyColumns() {
        assertEquals(ExitCode.FINE, trial.execute("--help"));
        assertEquals(
                List.of(),
                trial.out().lines().filter(line -> line.length() > 80).toList());
    }
}

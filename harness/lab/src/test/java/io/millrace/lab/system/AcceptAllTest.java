package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.testing.RootOnly;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that takes every frame although its config does not ask for it says so in one line. */
@RootOnly
@Timeout(60)
class AcceptAllTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    @TempDir
    private Path folder;

    private static String config(String accept) {
        return "millrace {\n  ports {\n    p { type = af-xdp, interface = right0\n" + accept + " }\n  }\n"
                + "  pipeline = [{ stage = drop }]\n}\n";
    }

    private static List<String> warnings(ChildJvm.Outcome outcome) {
        assertEquals(0, outcome.code(), outcome::toString);
        return outcome.err().lines().filter(line -> line.contains("accept")).toList();
    }

    @Test
    void shouldWarnWhenTheEngineStartsAndWhenTheConfigIsChecked() throws Exception {
        String warning =
                folder.resolve("engine.conf") + ":3: ports.p has no accept, so that it takes every frame from the"
                        + " kernel, SSH and ARP too; write accept = [\"udp dst port 9000\"] for some, or accept = all";
        assertEquals(
                List.of("millrace: " + warning),
                warnings(CommandLineRun.check(rig.right().namespace(), folder, config(""))));
        List<String> started = warnings(CommandLineRun.run(rig.right().namespace(), folder, config("")));
        assertEquals(1, started.size(), started::toString);
        assertEquals(
                warning,
                started.getFirst().substring(Math.max(0, started.getFirst().length() - warning.length())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept = all", "accept = []", "accept = [\"udp dst port 9000\"]"})
    void shouldSayNothingWhenItIsWritten(String accept) throws Exception {
        assertEquals(List.of(), warnings(CommandLineRun.check(rig.right().namespace(), folder, config(accept))));
        assertEquals(List.of(), warnings(CommandLineRun.run(rig.right().namespace(), folder, config(accept))));
    }
}

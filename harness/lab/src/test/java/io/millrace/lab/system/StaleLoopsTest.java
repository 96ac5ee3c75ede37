package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.net.VethPair;
import io.millrace.testing.RootOnly;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Loops whose bounds checks are behind them outlive the engine whose frames they are about, and so does the JVM. */
@RootOnly
@Timeout(60)
class StaleLoopsTest {
    @RegisterExtension
    static final Rig rig = Rig.shared(VethPair.Builder::receiveWithoutProgram);

    private static final double PACE = 500;

    @Test
    void shouldSurviveCompiledLoopsOverFramesOfClosedEngines(@TempDir Path folder) throws Exception {
        String config = "millrace { engine { mode = inline, idle = wait }\n ports {\n"
                + " p { type = af-xdp, interface = right0, accept = [\"udp dst port " + Rig.UDP_PORT + "\"] }\n"
                + " u { type = udp, bind = \"127.0.0.1:" + StaleLoops.UDP_PORT + "\" }\n"
                + " t { type = tcp, bind = \"127.0.0.1:" + StaleLoops.TCP_PORT
                + "\" } }\n pipeline = [ { stage = drop } ] }";
        Load load = rig.load(PACE);
        try (ChildJvm child = ChildJvm.start(
                rig.right().namespace(),
                folder,
                List.of(),
                List.of(
                        "-XX:TieredStopAtLevel=4",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        StaleLoops.class.getName(),
                        config))) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            assertTrue(outcome.out().endsWith("still here\n"), outcome::toString);
        } finally {
            load.stop();
        }
    }
}

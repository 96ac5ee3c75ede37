package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.system.faults.FailingCalls;
import io.millrace.lab.system.faults.FaultyStarts;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each call by which a start gets something fails once, in each way that a call can fail: the start says so, and leaves
 * nothing. The same of a call that the poller makes while the engine runs.
 */
@Slow
@RootOnly
@Timeout(300)
class StartFaultsTest {
    /** sysfs shows the network namespace that it is mounted in. */
    private static final List<String> WITH_SYSFS =
            List.of("unshare", "--mount", "sh", "-c", "mount -t sysfs none /sys && exec \"$@\"", "sh");

    private static final String XDP = """
            engine { mode = pipelined, idle = wait, cpus { poller = 0 } }
            ports {
              p { type = af-xdp, interface = right0, accept = ["udp dst port 9000"], tx-metadata = [timestamp]
                  busy-poll { mode = on, defer-hard-irqs = 2, gro-flush-timeout = 200us } }
            }
            """;
    private static final String XDP_QUEUES = """
            engine { mode = inline }
            ports {
              p { type = af-xdp, interface = right0, queues = [0, 1], attach = skb, multi-buffer = on, frames = 16384
                  accept = all }
            }
            """;
    private static final String SOCKETS = """
            engine { mode = pipelined, idle = wait }
            ports {
              u { type = udp, bind = "0.0.0.0:9100", zero-copy-above = 1KiB, receive-buffer = 1MiB
                  multicast = [{ group = "239.1.1.1", interface = right0 }] }
              t { type = tcp, bind = "127.0.0.1:0" }
              c { type = tcp, connect = "127.0.0.1:9200" }
            }
            """;

    @TempDir
    private Path folder;

    /** A jar that names the agent, which is on the class path already. */
    private String agent() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", FailingCalls.class.getName());
        Path jar = folder.resolve("agent.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return "-javaagent:" + jar;
    }

    @ParameterizedTest
    @ValueSource(strings = {XDP, XDP_QUEUES, SOCKETS})
    void shouldLeaveNothingAndSayWhatHasFailed(String config) throws Exception {
        Path stateDir = folder.resolve("state");
        Path file = Files.writeString(
                folder.resolve("engine.conf"),
                "millrace { engine { state-dir = \"" + stateDir + "\" }\n" + config
                        + "pipeline = [ { stage = count }, { stage = drop } ] }");
        try (Rig rig = Rig.create(2);
                ChildJvm child = ChildJvm.start(
                        rig.right().namespace(),
                        folder,
                        WITH_SYSFS,
                        List.of(
                                agent(),
                                FaultyStarts.class.getName(),
                                file.toString(),
                                rig.right().interfaceName()))) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            List<String> wrong = outcome.out()
                    .lines()
                    .filter(line -> line.startsWith("WRONG"))
                    .toList();
            assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
            assertTrue(outcome.out().matches("(?s).*done: [1-9][0-9]+ steps, .*"), outcome::toString);
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call by which a start gets something fails, refused and in a way that nobody foresees: the start says so, and
 * leaves nothing. The same of a call that the poller makes while the engine runs.
 */
@Slow
@RootOnly
@Timeout(240)
class StartFaultsTest {
    /** sysfs shows the network namespace that it is mounted in. */
    private static final List<String> WITH_SYSFS =
            List.of("unshare", "--mount", "sh", "-c", "mount -t sysfs none /sys && exec \"$@\"", "sh");

    private static final String XDP = """
            ports {
              p { type = af-xdp, interface = right0, queues = [0, 1], accept = ["udp dst port 9000"]
                  frames = 1024, rings { fill = 256, rx = 256, tx = 256, completion = 256 }, tx-metadata = [timestamp]
                  busy-poll { mode = on, defer-hard-irqs = 2, gro-flush-timeout = 200us } }
            }
            """;
    private static final String SOCKETS = """
            ports {
              u { type = udp, bind = "0.0.0.0:9100", frames = 64, buffers = 16, zero-copy-above = 1KiB
                  receive-buffer = 1MiB, multicast = [{ group = "239.1.1.1", interface = right0 }] }
              t { type = tcp, bind = "127.0.0.1:0", frames = 64, buffers = 16 }
              c { type = tcp, connect = "127.0.0.1:9200", frames = 64, buffers = 16 }
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

    private String config(String name, String ports) throws IOException {
        Path file = Files.writeString(folder.resolve(name), """
                millrace {
                  engine {
                    mode = pipelined, idle = wait, wait-strategy = blocking, cpus { poller = 0 }, state-dir = "%s"
                  }
                  %s
                  pipeline = [ { stage = count }, { stage = drop } ]
                }
                """.formatted(folder.resolve("state"), ports));
        return file.toString();
    }

    @Test
    void shouldLeaveNothingAndSayWhatHasFailed() throws Exception {
        try (Rig rig = Rig.create(2);
                ChildJvm child = ChildJvm.start(
                        rig.right().namespace(),
                        folder,
                        WITH_SYSFS,
                        List.of(
                                agent(),
                                FaultyStarts.class.getName(),
                                rig.right().interfaceName(),
                                config("xdp.conf", XDP),
                                config("sockets.conf", SOCKETS)))) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            List<String> wrong = outcome.out()
                    .lines()
                    .filter(line -> line.startsWith("WRONG"))
                    .toList();
            assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
            assertEquals(
                    2,
                    outcome.out()
                            .lines()
                            .filter(line -> line.matches("done: [1-9][0-9]+ starts failed, .*"))
                            .count(),
                    outcome::toString);
        }
    }
}

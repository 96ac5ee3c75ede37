package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An ordinary user with the documented capabilities, and no other, has every form of an AF_XDP port. */
@Alone
@RootOnly
@Timeout(60)
class CapabilitiesTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String NOBODY = "65534";
    private static final List<String> DOCUMENTED = List.of("net_admin", "net_raw", "bpf", "ipc_lock");
    private static final List<String> PORTS = List.of(
            "accept = []",
            "accept = [\"udp dst port 9000\"]",
            "accept = [\"src host 10.0.0.1\", \"ip6 dst net fd00::/8 udp\", \"arp\"]",
            "accept = [], metadata = [hash]",
            "accept = [\"udp dst port 9000\"], metadata = [timestamp, hash, vlan]",
            "accept = [\"udp dst port 9000\"], multi-buffer = on",
            "accept = [\"udp dst port 9000\"], attach = skb",
            "accept = [\"udp dst port 9000\"], busy-poll { mode = on }");

    @TempDir
    static Path folder;

    private static String classPath;

    /** The user may read nothing in the folders of root, which the class path may be in. */
    @BeforeAll
    static void copyTheClassPath() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) {
                copies.add(copy(
                                Path.of(entry),
                                folder.resolve("class-path-" + copies.size() + "-"
                                        + Path.of(entry).getFileName()))
                        .toString());
            }
        }
        classPath = String.join(File.pathSeparator, copies);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }

    private static ChildJvm.Outcome runAs(List<String> capabilities, String... command) throws Exception {
        String granted = "+" + String.join(",+", capabilities);
        List<String> prefix = List.of(
                "setpriv",
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                "--inh-caps",
                "-all," + granted,
                "--ambient-caps",
                "-all," + granted,
                "--bounding-set",
                "-all," + granted);
        try (ChildJvm child = ChildJvm.start(rig.right().namespace(), folder, prefix, classPath, List.of(command))) {
            return child.await();
        }
    }

    @Test
    void shouldOpenEveryFormOfPortWithTheDocumentedCapabilities() throws Exception {
        ChildJvm.Outcome outcome = runAs(DOCUMENTED, Opener.class.getName());
        assertEquals(0, outcome.code(), outcome::toString);
        for (String port : PORTS) {
            assertTrue(outcome.out().contains("opened " + port + "\n"), outcome::toString);
        }
        assertTrue(outcome.out().contains("changed from none to a rule and back"), outcome::toString);
    }

    @Test
    void shouldHaveDoctorTryWhatAPortWouldLoad() throws Exception {
        ChildJvm.Outcome outcome = runAs(DOCUMENTED, "io.millrace.cli.Millrace", "doctor", "--port", "af-xdp");
        assertEquals(0, outcome.code(), outcome::toString);
        assertTrue(
                outcome.out().matches("(?s).*yes +XDP programs +with and without accept rules.*"), outcome::toString);
        assertTrue(outcome.out().matches("(?s).*no +CAP_PERFMON +not needed.*"), outcome::toString);
        assertTrue(
                outcome.out().matches("(?s).*yes +what the driver knows of a frame +metadata = .*"), outcome::toString);
    }

    @Test
    void shouldNameTheCapabilityThatIsMissing() throws Exception {
        ChildJvm.Outcome outcome = runAs(
                List.of("net_admin", "net_raw", "ipc_lock"), "io.millrace.cli.Millrace", "doctor", "--port", "af-xdp");
        Refusal.assertRefused(Refusal.HOST, outcome, "EPERM, CAP_BPF is missing");
    }

    /** Opens one port after the other. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            for (String port : PORTS) {
                engine(port).close();
                System.out.println("opened " + port);
            }
            try (Engine engine = engine(PORTS.getFirst())) {
                engine.port("p").accept(List.of("udp dst port 9000"));
                engine.port("p").accept(List.of());
                System.out.println("changed from none to a rule and back");
            }
        }

        private static Engine engine(String port) {
            return Engine.builder(EngineConfig.parse("millrace { ports { p { type = af-xdp, interface = right0, " + port
                            + " } }\n pipeline = [ { stage = drop } ] }"))
                    .start();
        }
    }
}

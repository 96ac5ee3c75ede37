package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module and embeds the engine, with everything on the module path. */
@Slow
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ModulePathTest {
    private static final Path PAGE = Path.of("../../docs/embedding.md");
    static final String MODULE = "module app { requires millrace.engine; }";
    static final String PROGRAM = """
        package app;

        import io.millrace.Engine;
        import io.millrace.MillraceConfig;
        import io.millrace.afxdp.statistics.AfXdpStatistics;
        import java.net.*;

        public class App {
            public static void main(String[] args) throws Exception {
                int port;
                try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                    port = free.getLocalPort();
                }
                MillraceConfig config = MillraceConfig.parse("millrace { ports { p { type = udp, bind = \\"127.0.0.1:"
                    + port + "\\" } }, pipeline = [ { stage = reflect }, { stage = forward, to = p } ] }");
                try (Engine engine = Engine.builder(config).start(); DatagramSocket client = new DatagramSocket()) {
                    client.setSoTimeout(10_000);
                    client.connect(InetAddress.getLoopbackAddress(), port);
                    DatagramPacket datagram = new DatagramPacket(new byte[] {'o', 'k'}, 2);
                    client.send(datagram);
                    client.receive(datagram);
                    if (engine.statistics().ports().getFirst().details() instanceof AfXdpStatistics) {
                        throw new AssertionError("a port of type udp with the statistics of af-xdp");
                    }
                    System.out.println(engine.getClass().getModule().getName() + " says "
                        + new String(datagram.getData(), 0, datagram.getLength()));
                }
            }
        }
        """;

    @TempDir
    private static Path folder;

    private static String modulePath;

    @BeforeAll
    static void compile() throws Exception {
        modulePath = modulePath();
        Path source = Files.createDirectory(folder.resolve("source"));
        Program.Outcome outcome = Program.ofJdk(
                        "javac",
                        "-p",
                        modulePath,
                        "-d",
                        folder.resolve("app").toString(),
                        Files.writeString(source.resolve("module-info.java"), MODULE)
                                .toString(),
                        Files.writeString(source.resolve("App.java"), PROGRAM).toString())
                .run();
        assertEquals(0, outcome.code(), outcome.out());
    }

    /** The modules that this build has compiled, and what they use. */
    private static String modulePath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.exists(Path.of(entry, "module-info.class"))
                        || entry.matches(".*/(agrona|disruptor|config|slf4j-api|slf4j-simple)-[^/]*[.]jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Program.Outcome run(String... jvmOptions) throws Exception {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.addAll(List.of("-p", modulePath + File.pathSeparator + folder.resolve("app"), "-m", "app/app.App"));
        return Program.ofJdk("java", options.toArray(String[]::new)).run();
    }

    /** With the options of the page. */
    @Test
    void shouldRun() throws Exception {
        String page = Files.readString(PAGE).replaceAll("\\\\\\s*", ""); // without the breaks of lines
        Matcher line =
                Pattern.compile("java (--enable-native-access=millrace.*) -p ").matcher(page);
        assertTrue(line.find());
        Program.Outcome outcome = run(line.group(1).split(" +"));
        assertEquals(0, outcome.code(), outcome.out());
        assertTrue(outcome.out().endsWith("millrace.core says ok\n"), outcome.out());
        assertFalse(outcome.out().contains("WARN"), outcome.out());
    }

    @Test
    void shouldNameTheModulesThatAnOptionIsMissingFor() throws Exception {
        Program.Outcome outcome = run();
        assertEquals(1, outcome.code(), outcome.out());
        assertTrue(
                outcome.out()
                        .contains("add --add-opens java.base/jdk.internal.misc=org.agrona,"
                                + " and --enable-native-access=millrace.bindings,millrace.ring,millrace.sockets"),
                outcome.out());
    }

    @Test
    void shouldNameTheModulesThatAreDeniedNativeCode() throws Exception {
        Program.Outcome outcome =
                run("--illegal-native-access=deny", "--add-opens=java.base/jdk.internal.misc=org.agrona");
        assertEquals(1, outcome.code(), outcome.out());
        assertTrue(outcome.out().contains("this JVM denies the engine calls of native code ("), outcome.out());
        assertTrue(
                outcome.out().contains("; add --enable-native-access=millrace.bindings,millrace.ring,millrace.sockets"),
                outcome.out());
    }
}

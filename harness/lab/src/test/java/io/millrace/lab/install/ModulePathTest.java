package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
                    System.out.println(engine.getClass().getModule().getName() + " says "
                        + new String(datagram.getData(), 0, datagram.getLength()));
                }
            }
        }
        """;

    private record Outcome(int code, String output) {}

    @TempDir
    private static Path folder;

    private static String modulePath;

    @BeforeAll
    static void compile() throws Exception {
        modulePath = modulePath();
        Path source = Files.createDirectory(folder.resolve("source"));
        Outcome outcome = jdk(
                "javac",
                "-p",
                modulePath,
                "-d",
                folder.resolve("app").toString(),
                Files.writeString(source.resolve("module-info.java"), MODULE).toString(),
                Files.writeString(source.resolve("App.java"), PROGRAM).toString());
        assertEquals(0, outcome.code, outcome.output);
    }

    /** The modules that this build has compiled, and what they use. */
    private static String modulePath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.exists(Path.of(entry, "module-info.class"))
                        || entry.matches(".*/(agrona|disruptor|config|slf4j-api|slf4j-simple)-[^/]*[.]jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Outcome jdk(String tool, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private static Outcome run(String... jvmOptions) throws Exception {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.addAll(List.of("-p", modulePath + File.pathSeparator + folder.resolve("app"), "-m", "app/app.App"));
        return jdk("java", options.toArray(String[]::new));
    }

    /** With the options of the page. */
    @Test
    void shouldRun() throws Exception {
        String page = Files.readString(PAGE).replaceAll("\\\\\\s*", ""); // without the breaks of lines
        Matcher line =
                Pattern.compile("java (--enable-native-access=millrace.*) -p ").matcher(page);
        assertTrue(line.find());
        Outcome outcome = run(line.group(1).split(" +"));
        assertEquals(0, outcome.code, outcome.output);
        assertTrue(outcome.output.endsWith("millrace.core says ok\n"), outcome.output);
        assertFalse(outcome.output.contains("WARN"), outcome.output);
    }

    @Test
    void shouldNameTheModulesThatAnOptionIsMissingFor() throws Exception {
        Outcome outcome = run();
        assertEquals(1, outcome.code, outcome.output);
        assertTrue(
                outcome.output.contains("add --add-opens java.base/jdk.internal.misc=org.agrona,"
                        + " and --enable-native-access=millrace.bindings,millrace.ring,millrace.sockets"),
                outcome.output);
    }
}

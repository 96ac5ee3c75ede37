package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an embedder is told if the JVM lacks options that the engine needs. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JvmOptionsTest {
    private static final String CONFIG = """
        millrace {
          ports { p { type = af-xdp, interface = lo } }
          pipeline = [ { stage = drop } ]
        }""";

    @TempDir
    private Path folder;

    @Test
    void shouldNameTheOptionThatIsMissing() throws Exception {
        assertOneLine(
                "add --add-opens java.base/jdk.internal.misc=ALL-UNNAMED, and --enable-native-access=ALL-UNNAMED");
    }

    @Test
    void shouldNameTheOptionThatAllowsCallsOfNativeCode() throws Exception {
        assertOneLine(
                "; add --enable-native-access=ALL-UNNAMED",
                "--illegal-native-access=deny",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
    }

    private void assertOneLine(String fragment, String... jvmOptions) throws Exception {
        Path config = Files.writeString(folder.resolve("p.conf"), CONFIG);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), Millrace.class.getName(), "run", config.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(ExitCode.HOST, process.waitFor(), output);
        assertTrue(output.contains(fragment), output);
        assertEquals(
                1, output.lines().filter(line -> line.startsWith("millrace: ")).count(), output);
    }
}

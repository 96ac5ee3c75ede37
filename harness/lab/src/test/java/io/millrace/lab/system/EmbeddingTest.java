package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.RootOnly;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of docs/embedding.md, as it stands there, on real frames. */
@Slow
@Timeout(60)
class EmbeddingTest {
    private static final Path PAGE = Path.of("../../docs/embedding.md");
    private static final int MAX_LINES = 30;

    @TempDir
    private Path folder;

    private static String block(String language) throws IOException {
        Pattern fenced = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL);
        Matcher block = fenced.matcher(Files.readString(PAGE));
        assertTrue(block.find(), language);
        return block.group(1);
    }

    private void compile(String source) throws IOException {
        Path file = Files.writeString(folder.resolve("Gateway.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of(
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-Xlint:all,-classfile",
                                "-Werror"),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertTrue(compiled, messages::toString);
    }

    @Test
    void shouldBeShort() throws IOException {
        assertTrue(block("java").lines().count() <= MAX_LINES);
    }

    @Test
    @RootOnly
    void shouldCompileAndHandleFrames() throws Exception {
        compile(block("java"));
        Path config =
                Files.writeString(folder.resolve("gateway.conf"), block("hocon").replace("eth1", "right0"));
        try (Rig rig = Rig.create();
                DatagramSocket client = rig.left().namespace().call(() -> new DatagramSocket());
                ChildJvm gateway = ChildJvm.start(
                        rig.right().namespace(), folder, List.of(), List.of("Gateway", config.toString()))) {
            gateway.awaitLine("running");
            client.connect(rig.right().ipv4Address(), Rig.UDP_PORT);
            client.setSoTimeout(5_000);
            assertArrayEquals("Millrace".getBytes(StandardCharsets.US_ASCII), ask(client, "Millrace"));
            client.setSoTimeout(200);
            assertThrows(SocketTimeoutException.class, () -> ask(client, "other"));
            gateway.tell("");
            ChildJvm.Outcome outcome = gateway.await();
            assertEquals(0, outcome.code(), outcome::toString);
            assertTrue(outcome.out().contains("name=m, frames=2, errors=0"), outcome::out);
            assertTrue(outcome.out().contains("name=reflect, frames=1, errors=0"), outcome::out);
        }
    }

    private static byte[] ask(DatagramSocket client, String question) throws IOException {
        byte[] bytes = question.getBytes(StandardCharsets.US_ASCII);
        client.send(new DatagramPacket(bytes, bytes.length));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        client.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }
}

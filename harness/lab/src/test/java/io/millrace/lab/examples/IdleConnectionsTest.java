package io.millrace.lab.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.MillraceConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stage of docs/embedding.md that has a timer. */
@Timeout(30)
class IdleConnectionsTest {
    private static final Path SOURCE = Path.of("src/test/java/io/millrace/lab/examples/IdleConnections.java");
    private static final Path PAGE = Path.of("../../docs/embedding.md");
    private static final int PATIENCE_MS = 400;

    @TempDir
    private Path folder;

    @Test
    void shouldStandInTheDocsAsItIs() throws Exception {
        String source = Files.readString(SOURCE);
        String body = source.substring(source.indexOf("public final class")).strip();
        assertTrue(Files.readString(PAGE).contains("```java\n" + body + "\n```"), "the page has another one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCloseTheSilentConnectionAndNotTheOther(String mode) throws Exception {
        Path config = Files.writeString(folder.resolve("idle.conf"), """
                millrace {
                  engine { mode = %s, idle = wait }
                  ports { p { type = tcp, bind = "127.0.0.1:0" } }
                  pipeline = [ { stage = reflect }, { stage = forward, to = p } ]
                }
                """.formatted(mode));
        try (Engine engine = Engine.builder(MillraceConfig.load(config))
                .stage("idle", new IdleConnections(TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS)))
                .start()) {
            int port = engine.port("p").localAddress().getPort();
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket talks = new Socket(InetAddress.getLoopbackAddress(), port)) {
                talks.setSoTimeout(5_000);
                silent.setSoTimeout(1);
                boolean closed = false;
                for (int i = 0; i < 1_000 && !closed; i++) {
                    talks.getOutputStream().write(i);
                    assertEquals(i & 0xff, talks.getInputStream().read());
                    closed = isClosed(silent);
                    Thread.sleep(PATIENCE_MS / 20);
                }
                assertTrue(closed, "the silent one");
                talks.getOutputStream().write(1);
                assertEquals(1, talks.getInputStream().read());
            }
        }
    }

    private static boolean isClosed(Socket socket) throws Exception {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace run} when nobody reads what it says: frames flow, and it ends as it would otherwise. */
@Slow
@Timeout(60)
class BlockedOutputTest {
    private static final int PIPE_CAPACITY = 65_536;
    private static final long END_S = 20;
    private static final long ECHO_MS = 50;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private InetSocketAddress address;
    private Path config;
    private Path json;

    /** Throws a different exception for each frame. */
    public static final class Thrower implements Stage {
        private int count;

        @Override
        public void onFrame(Frame frame) {
            switch (count++) {
                case 0 -> throw new IllegalStateException("first");
                case 1 -> throw new IllegalArgumentException("second");
                case 2 -> throw new UnsupportedOperationException("third");
                default -> {}
            }
        }
    }

    @BeforeEach
    void choosePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        config = folder.resolve("engine.conf");
        json = folder.resolve("run.json");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    /** A named pipe that is full, and that this process holds open for reading without ever reading. */
    private Path fullPipe(String name) throws Exception {
        Path pipe = folder.resolve(name);
        Program.of("mkfifo", pipe.toString()).output("no named pipe can be made");
        FileChannel held = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
        opened.add(held);
        held.write(ByteBuffer.allocate(PIPE_CAPACITY));
        return pipe;
    }

    private Process start(Path out, Path err, String stages, String... more) throws IOException {
        Files.writeString(
                config,
                UdpRig.config("idle = wait", "bind = \"127.0.0.1:" + address.getPort() + "\"", stages + UdpRig.ECHO));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.cli.Millrace",
                "run",
                config.toString(),
                "--json",
                json.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        opened.add(process::destroyForcibly);
        return process;
    }

    private void awaitEcho() {
        try (UdpClient client = UdpClient.to(address)) {
            Await.until("an echo", () -> {
                client.send(new byte[] {1, 2, 3});
                return client.receive(ECHO_MS) != null;
            });
        }
    }

    private Config ended(Process process) throws InterruptedException {
        assertTrue(process.waitFor(END_S, TimeUnit.SECONDS), "has not ended");
        assertEquals(0, process.exitValue());
        return ConfigFactory.parseFile(json.toFile());
    }

    @Test
    void shouldEchoAndEndAtSigtermWhileNobodyReadsStdout() throws Exception {
        Path err = folder.resolve("err");
        Process process = start(fullPipe("out"), err, "", "--json-lines");
        awaitEcho();
        process.destroy();
        Config run = ended(process);
        assertTrue(run.getLong("output.stdout_dropped") >= 1, run::toString);
        assertEquals(0, run.getLong("output.stderr_dropped"), () -> read(err));
        assertTrue(run.getLong("ports.p.tx_frames") >= 1);
    }

    @Test
    void shouldEndAfterItsDurationWhileNobodyReadsStderrAndAStageThrows() throws Exception {
        Process process = start(
                fullPipe("out"),
                fullPipe("err"),
                "{ class = \"" + Thrower.class.getName() + "\" }, ",
                "--duration",
                "3s");
        awaitEcho();
        Config run = ended(process);
        assertTrue(run.getLong("output.stderr_dropped") >= 3, run::toString);
    }

    @Test
    void shouldGoOnWhenTheReaderOfStdoutIsGone() throws Exception {
        Path err = folder.resolve("err");
        Path pipe = folder.resolve("out");
        Program.of("mkfifo", pipe.toString()).output("no named pipe can be made");
        FileChannel held = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
        opened.add(held);
        Process process = start(pipe, err, "");
        awaitEcho();
        held.close();
        Await.until("word of it", () -> read(err).contains("millrace: stdout can't be written (Broken pipe)"));
        awaitEcho();
        process.destroy();
        assertTrue(ended(process).getLong("output.stdout_dropped") >= 1);
        assertEquals(
                1,
                read(err).lines().filter(line -> line.startsWith("millrace: ")).count(),
                () -> read(err));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.Slow;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code millrace run} prints, and where. */
@Slow
@Timeout(60)
class RunOutputTest {
    @TempDir
    private Path folder;

    /** Takes a frame and does not come back. */
    public static final class Stuck implements Stage {
        @Override
        public void onFrame(Frame frame) throws InterruptedException {
            System.out.println("stuck");
            new CountDownLatch(1).await();
        }
    }

    private ChildJvm run(String config, String... options) throws Exception {
        return run(List.of(), config, options);
    }

    private ChildJvm run(List<String> wrapper, String config, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve("engine.conf"), config);
        List<String> command = new ArrayList<>(List.of("io.millrace.cli.Millrace", "run", file.toString()));
        command.addAll(List.of(options));
        return ChildJvm.start(folder, wrapper, command);
    }

    @Test
    void shouldPrintNothingButJsonWhenAskedForThat() throws Exception {
        String config = UdpRig.config("", "", "{ stage = drop }");
        try (ChildJvm child = run(config, "--json-lines", "--interval", "50ms")) {
            child.awaitLine("time_ns");
            child.signal(libc_h.SIGHUP());
            child.awaitError("engine.conf: nothing has changed");
            Files.writeString(folder.resolve("engine.conf"), config.replace("drop", "count"));
            child.signal(libc_h.SIGHUP());
            child.awaitError("restart the engine");
            child.awaitLine("time_ns");
            child.signal(libc_h.SIGTERM());
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            assertTrue(outcome.out().lines().count() >= 1);
            for (String line : outcome.out().lines().toList()) {
                Config one = ConfigFactory.parseString(line);
                assertTrue(one.hasPath("time") && one.hasPath("ports.p"), line);
            }
        }
    }

    @Test
    void shouldPrintOnlyStartAndEndWhenQuiet() throws Exception {
        try (ChildJvm child = run(
                UdpRig.config("", "", "{ stage = drop }"), "--quiet", "--interval", "10ms", "--duration", "300ms")) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            List<String> lines = outcome.out().lines().toList();
            assertEquals(3, lines.size(), lines::toString);
            assertTrue(
                    lines.get(0).startsWith("running  p: udp ")
                            && lines.get(1).startsWith("stopped after ")
                            && lines.get(2).startsWith("  p: rx 0 "),
                    lines::toString);
        }
    }

    /** Arabic as in Egypt has digits of its own, Turkish an i without a dot as the small form of I. */
    @ParameterizedTest
    @ValueSource(strings = {"ar -Duser.country=EG", "tr -Duser.country=TR"})
    void shouldSpeakToToolsInAsciiWhateverTheUsersLanguage(String language) throws Exception {
        Path json = folder.resolve("run.json");
        List<String> wrapper = List.of("env", "JAVA_TOOL_OPTIONS=-Duser.language=" + language);
        try (ChildJvm child = run(
                wrapper,
                UdpRig.config("mode = inline", "", "{ stage = drop }"),
                "--interval",
                "100ms",
                "--duration",
                "300ms",
                "--json",
                json.toString())) {
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
            for (String text : List.of(outcome.out(), outcome.err(), Files.readString(json))) {
                assertEquals("", text.replaceAll("[\\x00-\\x7f]", ""), text);
            }
            assertTrue(outcome.err().contains(" INFO "), outcome::err);
        }
    }

    @Test
    void shouldEndAtOnceAtTheSecondSignal() throws Exception {
        InetSocketAddress address;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (ChildJvm child = run(
                        UdpRig.config(
                                "drain-timeout = 30s",
                                "bind = \"127.0.0.1:" + address.getPort() + "\"",
                                "{ class = \"" + Stuck.class.getName() + "\" }"),
                        "--quiet");
                UdpClient client = UdpClient.to(address)) {
            child.awaitLine("running");
            client.send(new byte[1]);
            child.awaitLine("stuck");
            child.signal(libc_h.SIGTERM());
            child.signal(libc_h.SIGINT());
            assertEquals(130, child.await().code());
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that takes all of the heap, in a process of its own. */
@Slow
@Timeout(60)
class OutOfMemoryTest {
    private static final int BLOCK = 1 << 20;
    private static final long ECHO_MS = 500;

    @TempDir
    private Path folder;

    /** Allocates until memory runs out for a frame of one byte; then everything it had is free. */
    public static final class Hog implements Stage {
        @Override
        public void onFrame(Frame frame) {
            List<byte[]> all = new ArrayList<>();
            while (frame.length() == 1) {
                all.add(new byte[BLOCK]);
            }
        }
    }

    private ChildJvm run(InetSocketAddress address, String engineConfig) throws Exception {
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                UdpRig.config(
                        engineConfig,
                        "bind = \"127.0.0.1:" + address.getPort() + "\"",
                        "{ class = \"" + Hog.class.getName() + "\" }, " + UdpRig.ECHO));
        return ChildJvm.start(
                folder, List.of(), List.of("io.millrace.cli.Millrace", "run", config.toString(), "--quiet"));
    }

    private static InetSocketAddress freeAddress() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopAndSayWhyWhenConfiguredTo(String mode) throws Exception {
        InetSocketAddress address = freeAddress();
        try (ChildJvm child = run(address, "on-error = stop, mode = " + mode);
                UdpClient client = UdpClient.to(address)) {
            child.awaitLine("running");
            client.send(new byte[1]);
            ChildJvm.Outcome outcome = child.await();
            assertEquals(1, outcome.code(), outcome::toString);
            assertTrue(
                    outcome.errorLines()
                            .getLast()
                            .startsWith("millrace: the engine stopped: java.lang.OutOfMemoryError"),
                    outcome::err);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLoseNothingButTheFrameWhenItIsToGoOn(String mode) throws Exception {
        InetSocketAddress address = freeAddress();
        try (ChildJvm child = run(address, "on-error = continue, mode = " + mode);
                UdpClient client = UdpClient.to(address)) {
            child.awaitLine("running");
            client.send(new byte[1]);
            child.awaitError("OutOfMemoryError");
            Await.until("an echo", () -> {
                client.send(new byte[2]);
                return client.receive(ECHO_MS) != null;
            });
            child.signal(libc_h.SIGTERM());
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
        }
    }
}

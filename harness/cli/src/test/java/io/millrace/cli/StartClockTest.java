package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.testing.Slow;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JSON of a run says about its start. The process is that of the tests. */
@Slow
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StartClockTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{ stage = drop }", "{ stage = forward, to = p }", "{ stage = count }"})
    void shouldTellWhenTheFirstFrameWasHandled(String stage) throws Exception {
        try (DatagramSocket sender = new DatagramSocket()) {
            int port = freePort();
            Thread sending = Thread.ofPlatform().daemon().start(() -> sendTo(sender, port));
            Config start = start(port, stage, "2s");
            sending.interrupt();
            long ready = start.getLong("to_ready_ns");
            assertTrue(start.getLong("to_first_frame_ns") >= ready, start::toString);
            assertTrue(start.getLong("to_first_frame_ns") < ready + TimeUnit.SECONDS.toNanos(2), start::toString);
            assertEquals(ready, start.getLong("process_to_jvm_ns") + start.getLong("jvm_to_ready_ns"));
            assertTrue(start.getLong("warm_up_ns") > 0 && start.getLong("open_ns") > 0, start::toString);
        }
    }

    @Test
    void shouldTellNoneWhenThereWasNone() throws Exception {
        assertFalse(start(freePort(), "{ stage = drop }", "100ms").hasPath("to_first_frame_ns"));
    }

    private Config start(int port, String stage, String duration) throws Exception {
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                "millrace {\n ports { p { type = udp, bind = \"" + "127.0.0.1:" + port + "\" } }\n pipeline = [ "
                        + stage + " ]\n}\n");
        Path json = folder.resolve("run.json");
        assertEquals(0, Millrace.execute("run", config.toString(), "--duration", duration, "--json", json.toString()));
        return ConfigFactory.parseFile(json.toFile()).getConfig("start");
    }

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void sendTo(DatagramSocket socket, int port) {
        try {
            while (true) {
                socket.send(new DatagramPacket(new byte[20], 20, InetAddress.getLoopbackAddress(), port));
                Thread.sleep(1);
            }
        } catch (Exception e) {
            Thread.currentThread().interrupt(); // the test is over
        }
    }
}

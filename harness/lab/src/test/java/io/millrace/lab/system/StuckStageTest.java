package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.bindings.libc.libc_h;
import io.millrace.statistics.StageStatistics;
import io.millrace.testing.Slow;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that does not return is told while the engine runs, and when it stops. */
@Slow
@Timeout(60)
class StuckStageTest {
    private static final String SOON = ", stuck-after = 200ms, drain-timeout = 200ms";

    @TempDir
    private Path folder;

    /** Takes a frame and does not come back, whoever interrupts it. */
    public static final class Stuck implements Stage {
        @Override
        public void onFrame(Frame frame) {
            while (true) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.yield();
                }
            }
        }
    }

    private static StageStatistics stage(Engine engine) {
        return engine.statistics().stages().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldTellOfItOnceAndWhenItGoesOn(String mode) {
        CountDownLatch gate = new CountDownLatch(1);
        try (UdpRig rig = new UdpRig();
                LogCapture log = new LogCapture()) {
            Engine engine =
                    rig.start(UdpRig.config("mode = " + mode + SOON, "", UdpRig.ECHO), "holds", frame -> gate.await());
            UdpClient client = rig.client(engine);
            for (int i = 0; i < 5; i++) {
                client.send(new byte[1]);
            }
            Await.until("told", () -> stage(engine).stuckNs() > 0);
            assertEquals(mode.equals("inline") ? 1 : 5, stage(engine).waiting());
            gate.countDown();
            Await.until(
                    "goes on",
                    () -> stage(engine).stuckNs() == 0 && stage(engine).frames() == 5);
            assertEquals(1, stage(engine).stalls());
            engine.close();
            assertNull(engine.failure());
            assertEquals(1, log.lines("stage holds has made no progress").size(), log::text);
            assertTrue(log.text().contains("StuckStageTest."), log::text);
            assertEquals(0, engine.statistics().stages().get(1).stalls());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEndWithAnExitCodeThatTells(String mode) throws Exception {
        InetSocketAddress address;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        Path config = Files.writeString(
                folder.resolve("engine.conf"),
                UdpRig.config(
                        "mode = " + mode + SOON,
                        "bind = \"127.0.0.1:" + address.getPort() + "\"",
                        "{ class = \"" + Stuck.class.getName() + "\", name = holds }"));
        Path json = folder.resolve("run.json");
        try (ChildJvm child = ChildJvm.start(
                        folder,
                        List.of(),
                        List.of(
                                "io.millrace.cli.Millrace",
                                "run",
                                config.toString(),
                                "--interval",
                                "100ms",
                                "--json",
                                json.toString()));
                UdpClient client = UdpClient.to(address)) {
            child.awaitLine("running");
            for (int i = 0; i < 5; i++) {
                client.send(new byte[1]);
            }
            child.awaitLine("stage holds: stuck for ");
            child.awaitError("stage holds has made no progress for ");
            child.signal(libc_h.SIGTERM());
            ChildJvm.Outcome outcome = child.await();
            assertEquals(1, outcome.code(), outcome::toString);
            String line = outcome.errorLines().getLast();
            assertTrue(
                    line.startsWith("millrace: the engine did not stop in order: thread ")
                            && line.contains("does not return from stage holds, and "),
                    line);
            Config stage = ConfigFactory.parseFile(json.toFile()).getConfig("stages.holds");
            assertTrue(stage.getLong("waiting") > 0 && stage.getLong("stuck_ns") > 0, stage::toString);
            assertTrue(outcome.out().contains("\n  stage holds: "), outcome::out);
        }
    }

    @Test
    void shouldTellNothingOfAStageThatGetsOn() {
        try (UdpRig rig = new UdpRig();
                LogCapture log = new LogCapture()) {
            Engine engine =
                    rig.start(UdpRig.config("stuck-after = 100ms", "", UdpRig.ECHO), "slow", frame -> Thread.sleep(30));
            UdpClient client = rig.client(engine);
            for (int i = 0; i < 10; i++) {
                client.send(new byte[1]);
            }
            Await.until("handled", () -> stage(engine).frames() == 10);
            engine.close();
            assertEquals(0, stage(engine).stalls(), log::text);
            assertNull(engine.failure());
        }
    }
}

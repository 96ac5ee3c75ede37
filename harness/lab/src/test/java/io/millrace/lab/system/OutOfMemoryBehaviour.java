package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.bindings.libc.libc_h;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that takes all of the heap, in a process of its own; for any kind of port. */
abstract class OutOfMemoryBehaviour {
    private static final int BLOCK = 1 << 20;
    private static final long ECHO_MS = 500;
    private static final byte[] HARMFUL = new byte[1];
    /** Longer by more than the headers of a frame. */
    private static final byte[] HARMLESS = new byte[100];

    @TempDir
    Path folder;

    /** Allocates without end for a short frame; what it had is free once that has failed. */
    public static final class Hog implements Stage {
        @Override
        public void onFrame(Frame frame) {
            List<byte[]> all = new ArrayList<>();
            while (frame.length() < HARMLESS.length) {
                all.add(new byte[BLOCK]);
            }
        }
    }

    /** The config of an engine with one port. */
    abstract String config(String engine, String pipeline) throws Exception;

    /** Starts a process where the port is to be. */
    abstract ChildJvm start(List<String> classAndArguments) throws Exception;

    /** A client of the port. */
    abstract UdpClient client();

    /** What the host has to be like when the engine has ended. */
    abstract void checkHost();

    private ChildJvm run(String engineConfig) throws Exception {
        String stages = "{ class = \"" + Hog.class.getName() + "\" }, " + UdpRig.ECHO;
        Path config = Files.writeString(folder.resolve("engine.conf"), config(engineConfig, stages));
        return start(List.of("io.millrace.cli.Millrace", "run", config.toString(), "--quiet"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopAndSayWhyWhenConfiguredTo(String mode) throws Exception {
        try (ChildJvm child = run("on-error = stop, mode = " + mode);
                UdpClient client = client()) {
            child.awaitLine("running");
            client.send(HARMFUL);
            ChildJvm.Outcome outcome = child.await();
            assertEquals(1, outcome.code(), outcome::toString);
            assertTrue(
                    outcome.errorLines()
                            .getLast()
                            .startsWith("millrace: the engine stopped: java.lang.OutOfMemoryError"),
                    outcome::err);
        }
        checkHost();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLoseNothingButTheFrameWhenItIsToGoOn(String mode) throws Exception {
        try (ChildJvm child = run("on-error = continue, mode = " + mode);
                UdpClient client = client()) {
            child.awaitLine("running");
            client.send(HARMFUL);
            child.awaitError("OutOfMemoryError");
            Await.until("an echo", () -> {
                client.send(HARMLESS);
                return client.receive(ECHO_MS) != null;
            });
            child.signal(libc_h.SIGTERM());
            ChildJvm.Outcome outcome = child.await();
            assertEquals(0, outcome.code(), outcome::toString);
        }
        checkHost();
    }
}

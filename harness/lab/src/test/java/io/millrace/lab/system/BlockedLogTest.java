package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a program whose log takes nothing any more, frames flow and the engine stops. */
@Timeout(60)
class BlockedLogTest {
    private static final long ECHO_MS = 5_000;
    private static final long STOP_S = 10;

    private final UdpRig rig = new UdpRig();
    private final PrintStream err = System.err;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final IllegalStateException cause = new IllegalStateException("as asked");

    /** A stream whose writers wait until the test is over. */
    private final class Blocked extends OutputStream {
        @Override
        public void write(int b) {
            waits.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @AfterEach
    void close() {
        System.setErr(err);
        gate.countDown();
        rig.close();
    }

    /** An echo that throws for messages of one byte, and whose log is blocked from the start on. */
    private Engine start(String engineConfig) {
        Engine engine = rig.start(UdpRig.config(engineConfig, "", UdpRig.ECHO), "throws", frame -> {
            if (frame.length() == 1) {
                throw cause;
            }
        });
        System.setErr(new PrintStream(new Blocked(), true));
        return engine;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldHandleFramesAndStopInTime(String mode) throws Exception {
        Engine engine = start("mode = " + mode);
        UdpClient client = rig.client(engine);
        client.send(new byte[1]);
        assertTrue(waits.await(STOP_S, TimeUnit.SECONDS), "nothing was logged");
        client.send(new byte[2]);
        assertNotNull(client.receive(ECHO_MS), "no frame comes through");
        engine.requestStop();
        assertTrue(engine.awaitStop(STOP_S, TimeUnit.SECONDS), "does not stop");
        engine.close();
        assertNull(engine.failure());
        assertEquals(1, engine.statistics().stages().getFirst().errors());
        assertTrue(engine.statistics().logDropped() >= 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopByItselfAndSayWhy(String mode) throws Exception {
        Engine engine = start("mode = " + mode + ", on-error = stop");
        rig.client(engine).send(new byte[1]);
        assertTrue(engine.awaitStop(STOP_S, TimeUnit.SECONDS), "does not stop");
        assertSame(cause, engine.failure().getCause());
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow stages, stuck stages, stops at bad moments: the engine neither grows nor hangs, and loses count of nothing. */
@Alone
@RootOnly
@Timeout(60)
class StopTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String DROP = "{ stage = drop }";
    private static final Duration DRAIN = Duration.ofMillis(500);
    private static final String SMALL =
            "frames = 256, batch = 16," + " rings { rx = 64, tx = 64, fill = 128, completion = 64 }";

    private static String config(String mode) {
        return Rig.config("mode = " + mode + ", ring-size = 64, drain-timeout = 500ms", SMALL, DROP);
    }

    private static final class Slow implements Stage {
        private volatile boolean slow = true;

        @Override
        public void onFrame(Frame frame) throws InterruptedException {
            if (slow) {
                Thread.sleep(20);
            }
        }
    }

    /** Ignores interrupts until it is let go. */
    private static final class Stuck implements Stage {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);
        private volatile boolean held = true;

        @Override
        public void onFrame(Frame frame) {
            entered.countDown();
            while (held) {
                Thread.onSpinWait();
            }
            frame.buffer().putByte(0, (byte) 1); // the memory has to be there
            left.countDown();
        }
    }

    private static Duration timeOfClose(Engine engine) {
        long start = System.nanoTime();
        engine.close();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldDropInTheKernelWhileStageIsSlowAndRecoverWhenItIsNot(String mode) {
        Slow stage = new Slow();
        Engine engine = rig.start(config(mode), "slow", stage);
        rig.load(100_000);
        Await.until(
                "drops in the kernel",
                () -> dropped(Rig.port(engine)) > 10_000 && Rig.port(engine).get(PortCounter.RX_FRAMES) > 0);
        PortStatistics slow = Rig.port(engine);
        assertTrue(slow.get(PortCounter.RX_FRAMES) > 0, slow::toString);
        assertTrue(slow.get(PortCounter.RX_FRAMES) < dropped(slow), slow::toString);
        stage.slow = false;
        long target = slow.get(PortCounter.RX_FRAMES) + 50_000;
        Await.until("recovered", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > target);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(0, Rig.port(engine).get(PortCounter.DROPPED_AT_STOP));
        assertNull(engine.failure());
    }

    private static long dropped(PortStatistics port) {
        return port.kernel().rxDropped() + port.kernel().rxRingFull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountWhatSlowStageLeavesAtStop(String mode) {
        Engine engine = rig.start(config(mode), "slow", new Slow());
        rig.load(100_000);
        Await.until("overload", () -> dropped(Rig.port(engine)) > 1_000);
        Duration took = timeOfClose(engine);
        assertTrue(took.compareTo(DRAIN.plusSeconds(2)) < 0, took::toString);
        Accounts.assertHome(engine.statistics());
        long left = Rig.port(engine).get(PortCounter.DROPPED_AT_STOP);
        assertTrue(left > 0, () -> Rig.port(engine).toString());
        String failure = engine.failure().getMessage();
        assertTrue(
                failure.contains(String.format(
                        Locale.ROOT,
                        ": %,d frames were left when drain-timeout passed" + " (%,d for stage slow",
                        left,
                        engine.statistics().stages().getFirst().left())),
                failure);
        assertFalse(rig.right().hasXdpProgram());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldReturnFromCloseAndKeepTheMemoryWhenStageNeverReturns(String mode) throws Exception {
        Stuck stage = new Stuck();
        Engine engine = rig.start(config(mode), "stuck", stage);
        rig.load(100_000);
        assertTrue(stage.entered.await(10, TimeUnit.SECONDS));
        Await.until("full rings", () -> dropped(Rig.port(engine)) > 1_000);
        try (LogCapture log = new LogCapture()) {
            CompletableFuture<Duration> closing = Await.background(() -> timeOfClose(engine));
            Duration took = closing.get(20, TimeUnit.SECONDS);
            assertTrue(took.compareTo(DRAIN.plusSeconds(3)) < 0, took::toString);
            assertEquals(1, log.lines("does not return from its stage").size(), log::text);
        } finally {
            stage.held = false;
        }
        assertTrue(stage.left.await(10, TimeUnit.SECONDS), "wrote to its frame");
        Accounts.assertSettled(engine.statistics());
        assertFalse(rig.right().hasXdpProgram());
        assertTrue(engine.awaitStop(0, TimeUnit.SECONDS));
        String failure = engine.failure().getMessage();
        assertTrue(failure.contains("does not return from stage stuck, and "), failure);
        assertTrue(engine.statistics().stages().getFirst().waiting() > 0, failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopInOrderWhenClosedByInterruptedThread(String mode) throws Exception {
        for (int i = 0; i < 3; i++) {
            Engine engine = rig.start(
                    Rig.config("mode = " + mode, "", DROP),
                    "touch",
                    frame -> frame.buffer()
                            .putByte(frame.length() - 1, frame.buffer().getByte(0)));
            rig.load();
            Await.until("receiving", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > 10_000);
            boolean stillInterrupted = Await.background(() -> {
                        Thread.currentThread().interrupt();
                        engine.close();
                        return Thread.interrupted();
                    })
                    .get(20, TimeUnit.SECONDS);
            assertTrue(stillInterrupted, "the caller's interrupt is the caller's");
            Accounts.assertHome(engine.statistics());
            rig.endTest();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline",
                "mode = inline, idle = wait",
                "wait-strategy = blocking",
                "wait-strategy = yielding",
                "wait-strategy = sleeping",
                "wait-strategy = busy-spin"
            })
    void shouldGoOnWhenStageInterruptsItsThread(String engineConfig) {
        Engine engine = rig.start(
                Rig.config(engineConfig, "", DROP),
                "interrupt",
                frame -> Thread.currentThread().interrupt());
        for (int i = 1; i <= 3; i++) {
            rig.traffic().send(TrafficPlan.frames(10));
            int expected = 10 * i;
            Await.until(
                    "handled " + expected,
                    () -> Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE) == expected || engine.failure() != null);
        }
        assertNull(engine.failure());
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldLeaveNothingBehindWhenStageCannotStart(String mode) {
        IllegalStateException refusal = new IllegalStateException("no licence");
        Stage stage = new Stage() {
            @Override
            public void onStart() {
                throw refusal;
            }

            @Override
            public void onFrame(Frame frame) {}
        };
        EngineException failure = assertThrows(EngineException.class, () -> rig.start(config(mode), "refuses", stage));
        assertTrue(failure.getMessage().contains("no licence"), failure::getMessage);
        assertFalse(rig.right().hasXdpProgram());
        rig.start(config(mode)).close(); // works only if the queue is free
    }

    /** A native call holds the memory's scope while it is in the kernel: here one that never returns by itself. */
    @Test
    void shouldStopWhenSegmentIsInUseByNativeCall() throws Exception {
        AtomicReference<Lease> kept = new AtomicReference<>();
        Engine engine = rig.start(config("pipelined"), "keep", frame -> {
            if (kept.get() == null) {
                kept.set(frame.lease());
            }
        });
        rig.load(10_000);
        Await.until("leased", () -> kept.get() != null);
        Pipe pipe = Pipe.open();
        ByteBuffer bytes = kept.get().segment().asByteBuffer();
        CompletableFuture<Integer> read = Await.background(() -> pipe.source().read(bytes));
        Thread.sleep(100); // in the kernel by then; earlier, the test only shows less
        try {
            CompletableFuture<Duration> closing = Await.background(() -> timeOfClose(engine));
            Duration took = closing.get(20, TimeUnit.SECONDS);
            assertTrue(took.compareTo(DRAIN.plusSeconds(3)) < 0, took::toString);
            assertTrue(engine.awaitStop(0, TimeUnit.SECONDS));
            Accounts.assertSettled(engine.statistics());
        } finally {
            pipe.sink().close();
            read.get(10, TimeUnit.SECONDS);
            pipe.source().close();
        }
    }

    @Test
    void shouldStopWhenItsInterfaceIsGone() throws Exception {
        try (Rig doomed = Rig.create()) {
            Engine engine = doomed.start(Rig.config(
                    "idle = wait, drain-timeout = 500ms", "", "{ stage = reflect }, { stage = forward, to = p }"));
            doomed.traffic().send(TrafficPlan.frames(1_000));
            Await.until("forwarded", () -> Rig.port(engine).get(PortCounter.FORWARDED) > 0);
            doomed.removeInterfaces();
            Duration took = timeOfClose(engine);
            assertTrue(took.compareTo(Duration.ofSeconds(8)) < 0, took::toString);
            EngineStatistics last = engine.statistics();
            assertEquals(0, last.ports().getFirst().unaccounted());
            assertEquals(0, last.ports().getFirst().frames().lost());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopWhenStageAsksForStatistics(String mode) {
        Engine[] engine = new Engine[1];
        engine[0] = rig.start(config(mode), "asks", frame -> {
            if (engine[0] != null) {
                engine[0].statistics();
            }
        });
        rig.load();
        Await.until("receiving", () -> Rig.port(engine[0]).get(PortCounter.RX_FRAMES) > 1_000);
        try (LogCapture log = new LogCapture()) {
            engine[0].close();
            assertEquals(List.of(), log.lines("does not return"));
        }
        Accounts.assertHome(engine[0].statistics());
    }
}

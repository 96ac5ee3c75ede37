package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.StageStatistics;
import io.millrace.testing.RootOnly;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that throws loses its frame, and nothing else. */
@RootOnly
@Timeout(60)
class StageFailureTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String DROP = "{ stage = count }";

    private static final class Evil extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("not even a message");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("nor a name");
        }
    }

    private static void sendSome(Engine engine, int count) {
        long before = Rig.port(engine).get(PortCounter.RX_FRAMES);
        rig.traffic().send(TrafficPlan.frames(count));
        Await.until("received " + count, () -> Rig.port(engine).get(PortCounter.RX_FRAMES) >= before + count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldDropCountAndLogAtMostOnceASecondWhenStageThrows(String mode) {
        Engine engine = rig.start(Rig.config("mode = " + mode, "", DROP), "throws", frame -> {
            throw frame.length() == 64 ? new IllegalArgumentException("wrong frame") : new Exception("other kind");
        });
        try (LogCapture log = new LogCapture()) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < 2_500_000_000L) {
                sendSome(engine, 100);
            }
            rig.traffic(rig.frame().length(100)).send(TrafficPlan.frames(10));
            Await.until("the other kind", () -> log.lines("other kind").size() == 1);
            long seconds = (System.nanoTime() - start) / 1_000_000_000L;
            int lines = log.lines("stage throws threw").size() - 1;
            assertTrue(lines >= 2 && lines <= seconds + 1, () -> lines + " lines in " + seconds + " s");
            assertTrue(log.text().contains("more of this kind"), log::text);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        StageStatistics thrower = engine.statistics().stages().getFirst();
        long received = Rig.port(engine).get(PortCounter.RX_FRAMES);
        assertEquals(received, thrower.errors());
        assertEquals(received, Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE));
        assertEquals(0, engine.statistics().stages().get(1).frames(), "no later stage saw one");
        assertNull(engine.failure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldEndInOrderWithFailureWhenConfiguredTo(String mode) throws Exception {
        IllegalStateException cause = new IllegalStateException("frame 1000");
        long[] seen = new long[1];
        Engine engine = rig.start(Rig.config("mode = " + mode + ", on-error = stop", "", DROP), "throws", frame -> {
            if (++seen[0] >= 1000) {
                throw cause;
            }
        });
        assertNull(engine.failure());
        rig.load();
        assertTrue(engine.awaitStop(20, TimeUnit.SECONDS), "stopped by itself");
        assertNotNull(engine.failure());
        assertSame(cause, engine.failure().getCause());
        assertTrue(engine.failure().getMessage().contains("frame 1000"), engine.failure()::getMessage);
        Accounts.assertHome(engine.statistics());
        assertFalse(rig.right().hasXdpProgram());
        engine.close(); // once more does nothing
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldGoOnWhateverIsThrown(String mode) {
        long[] seen = new long[1];
        Engine engine = rig.start(Rig.config("mode = " + mode, "", DROP), "throws", frame -> {
            switch ((int) (seen[0]++ % 6)) {
                case 0 -> throw new Evil();
                case 1 -> throw new StackOverflowError("deep");
                case 2 -> throw new OutOfMemoryError("not really");
                case 3 -> throw new InterruptedException("hm");
                case 4 -> throw new AssertionError();
                default -> {}
            }
        });
        for (int i = 0; i < 3; i++) {
            sendSome(engine, 60);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertNull(engine.failure());
        assertEquals(150, engine.statistics().stages().getFirst().errors());
        assertEquals(30, Rig.port(engine).get(PortCounter.CONSUMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldGoOnWhenEndOfBatchOrStopThrows(String mode) {
        Stage stage = new Stage() {
            @Override
            public void onFrame(Frame frame) {
                frame.drop();
            }

            @Override
            public void onBatchEnd() {
                throw new IllegalStateException("batch");
            }

            @Override
            public void onStop() {
                throw new IllegalStateException("stop");
            }
        };
        Engine engine = rig.start(Rig.config("mode = " + mode, "", DROP), "throws", stage);
        sendSome(engine, 100);
        sendSome(engine, 100);
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(200, engine.statistics().stages().getFirst().frames());
        assertTrue(engine.statistics().stages().getFirst().errors() > 0);
        assertNull(engine.failure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldStopWhenStageAsksForItFromItsOwnThread(String mode) throws Exception {
        Engine[] engine = new Engine[1];
        engine[0] = rig.start(Rig.config("mode = " + mode, "", DROP), "closes", frame -> {
            while (engine[0] == null) {
                Thread.onSpinWait();
            }
            engine[0].close();
        });
        rig.load(10_000);
        assertTrue(engine[0].awaitStop(20, TimeUnit.SECONDS));
        Accounts.assertHome(engine[0].statistics());
        assertNull(engine[0].failure());
    }
}

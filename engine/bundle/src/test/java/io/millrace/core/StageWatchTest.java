package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.core.path.WatchedStages;
import io.millrace.statistics.StageStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stages on threads of their own that stand still, watched by hand. */
@Timeout(30)
class StageWatchTest {
    private static final long PATIENCE_NS = 1_000;
    private static final long HALF_NS = PATIENCE_NS / 2;

    private final List<String> warnings = new ArrayList<>();
    private final List<String> infos = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private WatchedStages stages;

    @AfterEach
    void close() {
        gate.countDown();
        stages.close();
    }

    private void stand(Frame frame) throws InterruptedException {
        entered.countDown();
        gate.await();
    }

    private StageWatch watch(int stage) {
        return new StageWatch(
                "s" + stage, List.of(stages.runner(stage)), stages.isInline(), PATIENCE_NS, warnings::add, infos::add);
    }

    private StageStatistics told(int stage) {
        return stages.runner(stage).statistics();
    }

    @Test
    void shouldTellOnceOfTheStageThatFramesWaitForAndWhenItGoesOn() throws Exception {
        stages = WatchedStages.pipelined(frame -> {}, this::stand, frame -> {});
        stages.arrive(5);
        entered.await();
        List<StageWatch> watches = List.of(watch(0), watch(1), watch(2));
        stages.awaitPosition(0, 5);
        for (int i = 0; i < 4; i++) {
            watches.forEach(watch -> watch.turn(HALF_NS));
        }
        assertEquals(1, warnings.size(), warnings::toString);
        String line = warnings.getFirst();
        assertTrue(
                line.startsWith("stage s1 has made no progress for ")
                        && line.contains("5 frames wait for it")
                        && line.contains("StageWatchTest.stand("),
                line);
        assertEquals(5, told(1).waiting());
        assertEquals(3 * HALF_NS, told(1).stuckNs());
        assertEquals(1, told(1).stalls());
        assertEquals(0, told(0).stuckNs() + told(0).waiting() + told(2).stuckNs() + told(2).waiting());
        gate.countDown();
        stages.awaitPosition(2, 5);
        watches.forEach(watch -> watch.turn(HALF_NS));
        assertEquals(1, infos.size(), infos::toString);
        assertTrue(infos.getFirst().startsWith("stage s1 goes on, after "), infos::toString);
        assertEquals(0, told(1).stuckNs());
        assertEquals(1, told(1).stalls());
        assertEquals(1, warnings.size(), warnings::toString);
    }

    @Test
    void shouldTakeNoStageForStuckThatIsSlowOrHasNothingToDo() throws Exception {
        stages = WatchedStages.pipelined(frame -> {});
        StageWatch watch = watch(0);
        for (int i = 0; i < 10; i++) {
            watch.turn(PATIENCE_NS);
        }
        for (int i = 1; i <= 10; i++) {
            stages.arrive(1);
            stages.awaitPosition(0, i);
            watch.turn(HALF_NS);
            watch.turn(HALF_NS);
        }
        assertEquals(List.of(), warnings);
        assertEquals(0, told(0).stalls());
    }

    @Test
    void shouldNameTheInlineStageThatHoldsThePoller() throws Exception {
        stages = WatchedStages.inline(frame -> {}, this::stand, frame -> {});
        stages.arrive(5);
        entered.await();
        List<StageWatch> watches = List.of(watch(0), watch(1), watch(2));
        for (int i = 0; i < 4; i++) {
            watches.forEach(watch -> watch.turn(HALF_NS));
        }
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(
                warnings.getFirst().startsWith("stage s1 has made no progress for ")
                        && warnings.getFirst().contains("what the ports receive waits for it"),
                warnings::toString);
        assertEquals(1, told(1).waiting());
        assertEquals(0, told(0).waiting() + told(2).waiting());
    }

    @Test
    void shouldNameTheInlineStageThatHoldsThePollerAtTheEndOfABatch() throws Exception {
        stages = WatchedStages.inline(new Stage() {
            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onBatchEnd() {
                try {
                    stand(null);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        stages.arrive(1);
        entered.await();
        StageWatch watch = watch(0);
        for (int i = 0; i < 4; i++) {
            watch.turn(HALF_NS);
        }
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().contains("onBatchEnd"), warnings::toString);
    }
}

package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.Timers;
import io.millrace.afxdp.CrankedPort;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stage with timers and a source of its own, turned by hand. */
class OwnWorkTest {
    private final Arena arena = Arena.ofConfined();
    private final CrankedPort port = Crank.port(arena);
    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<Long> fired = new ArrayList<>();

    @AfterEach
    void close() {
        arena.close();
    }

    /** Notes what fires; each timer that fires does {@link #then}. */
    private final class Timed implements Stage {
        private Timers timers;
        private Runnable then = () -> {};
        private IntSupplier source;

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public void onTimer(long timerId, long nowNs) {
            assertEquals(clock.nanoTime(), nowNs);
            fired.add(timerId);
            then.run();
        }
    }

    private Crank crank(Timed stage) {
        Crank crank = new Crank(16, port);
        OwnWork work = new OwnWork(clock);
        stage.timers = work.askForTimers();
        if (stage.source != null) {
            work.poll(stage.source);
        }
        StageRunner runner = new StageRunner(
                "timed",
                stage,
                new StagePlace(0, 0, false),
                crank.resources,
                crank.counters,
                (name, lost, failure) -> crank.failures.add(failure),
                work);
        crank.runners.add(runner);
        crank.over(new InlinePipeline(new StageRunner[] {runner}, crank.outlet));
        runner.start();
        return crank;
    }

    @Test
    void shouldFireOnceWhenItsTimeHasComeAndCountIt() {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        crank.turn(); // offers frames
        long id = stage.timers.schedule(100);
        assertEquals(0, crank.turn());
        assertEquals(100, crank.pipeline.nanosUntilOwnWork());
        clock.update(100);
        assertEquals(1, crank.turn(), "a timer is work, so that the poller does not sleep after it");
        assertEquals(0, crank.turn());
        assertEquals(List.of(id), fired);
        assertEquals(1, crank.runners.getFirst().statistics().timers());
        assertEquals(Long.MAX_VALUE, crank.pipeline.nanosUntilOwnWork());
    }

    @Test
    void shouldGoOnWithFramesWhileTimersAreAlwaysDue() {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        stage.then = () -> stage.timers.schedule(0);
        stage.timers.schedule(0);
        port.arrive(3, 0);
        crank.turn();
        assertEquals(3, port.count(PortCounter.CONSUMED));
        assertEquals(64, fired.size(), "no more in one turn");
        crank.turn();
        assertEquals(128, fired.size());
    }

    @Test
    void shouldNotBeCancelledInItsOwnCallback() {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        List<Boolean> cancelled = new ArrayList<>();
        stage.then = () -> cancelled.add(stage.timers.cancel(fired.getLast()));
        stage.timers.schedule(0);
        crank.turn();
        assertEquals(List.of(false), cancelled);
        assertEquals(0, stage.timers.pending());
    }

    @Test
    void shouldCountWhatACallbackThrowsAndFireTheNext() {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        RuntimeException thrown = new IllegalStateException("timer");
        stage.then = () -> {
            throw thrown;
        };
        stage.timers.schedule(0);
        stage.timers.schedule(1);
        clock.update(1);
        crank.turn();
        assertEquals(2, fired.size());
        assertEquals(List.of(thrown, thrown), crank.failures);
        assertEquals(2, crank.runners.getFirst().statistics().errors());
    }

    @Test
    void shouldFireNothingOnceTheStopHasGivenUp() {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        stage.timers.schedule(0);
        crank.stop.abandon();
        crank.turn();
        assertEquals(List.of(), fired);
    }

    @Test
    void shouldNotKeepTheDrainFromItsEnd() throws InterruptedException {
        Timed stage = new Timed();
        Crank crank = crank(stage);
        stage.then = () -> stage.timers.schedule(0);
        stage.timers.schedule(0);
        crank.poller.drain();
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!crank.poller.drained() && System.nanoTime() < deadline) {
            crank.turn();
            Thread.sleep(1);
        }
        assertTrue(crank.poller.drained());
        assertFalse(fired.isEmpty());
    }

    @Test
    void shouldPollTheSourceInEachTurnAndTakeWhatItDidForWork() {
        Timed stage = new Timed();
        int[] left = {5};
        stage.source = () -> left[0] == 0 ? 0 : Math.min(left[0]--, 1);
        Crank crank = crank(stage);
        crank.turn(); // offers frames, too
        for (int i = 4; i > 0; i--) {
            assertEquals(1, crank.turn());
        }
        assertEquals(0, crank.turn());
        assertTrue(crank.pipeline.nanosUntilOwnWork() <= 50_000, "nobody wakes the thread for a source");
    }

    @Test
    void shouldCountWhatTheSourceThrowsAndPollItAgain() {
        Timed stage = new Timed();
        RuntimeException thrown = new IllegalStateException("source");
        stage.source = () -> {
            throw thrown;
        };
        Crank crank = crank(stage);
        crank.turn();
        crank.turn();
        assertEquals(List.of(thrown, thrown), crank.failures);
        assertEquals(2, crank.runners.getFirst().statistics().errors());
        crank.stop.abandon();
        crank.turn();
        assertEquals(2, crank.failures.size());
    }

    @Test
    void shouldTakeLessThanNothingForNothing() {
        Timed stage = new Timed();
        stage.source = () -> -5;
        Crank crank = crank(stage);
        crank.turn(); // offers frames, too
        assertEquals(0, crank.turn());
    }

    @Test
    void shouldCallNothingOfAStageThatWasNotStarted() {
        OwnWork work = new OwnWork(clock);
        work.poll(() -> {
            throw new AssertionError("polled");
        });
        Crank crank = new Crank(16, port);
        StageRunner runner = new StageRunner(
                "waits",
                frame -> {},
                new StagePlace(0, 0, false),
                crank.resources,
                crank.counters,
                (name, lost, failure) -> crank.failures.add(failure),
                work);
        crank.over(new InlinePipeline(new StageRunner[] {runner}, crank.outlet));
        crank.turn();
        assertEquals(List.of(), crank.failures);
        runner.start();
        crank.turn();
        assertEquals(1, crank.failures.size());
    }

    /** What the watch of stages goes by: it is stuck when it is at work of its own and nothing changes. */
    @Test
    void shouldMakeProgressWithEachLookAtItsSource() {
        Timed stage = new Timed();
        StageRunner[] own = new StageRunner[1];
        List<Boolean> at = new ArrayList<>();
        stage.source = () -> {
            at.add(own[0].isAtOwnWork());
            return 0;
        };
        Crank crank = crank(stage);
        own[0] = crank.runners.getFirst();
        long before = own[0].progress();
        crank.turn();
        crank.turn();
        assertEquals(List.of(true, true), at);
        assertFalse(own[0].isAtOwnWork());
        assertTrue(own[0].progress() > before);
        assertEquals(0, own[0].waiting(), "no frame waits");
    }

    @Test
    void shouldHaveOneSource() {
        OwnWork work = new OwnWork(clock);
        work.poll(() -> 0);
        assertThrows(IllegalStateException.class, () -> work.poll(() -> 0));
    }
}

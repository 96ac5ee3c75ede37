package io.millrace.core.path;

import io.millrace.Stage;
import io.millrace.Verdict;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.StageCounter;
import io.millrace.statistics.StageStatistics;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Calls one stage, on the one thread that it belongs to, and keeps what it throws away from the pipeline: the frame is
 * dropped and counted, progress goes on.
 */
public final class StageRunner {
    private final String name;
    private final Stage stage;
    private final int stageIndex;
    private final boolean grouped;
    private final FrameView view;
    private final StageFailures failures;
    private final StopSignal stop;
    private final AtomicCounter frames;
    private final AtomicCounter errors;
    private final AtomicCounter left;
    private final AtomicCounter stalls;
    private StageQueue queue = StageQueue.NONE;
    private Thread thread;
    /** Written for each frame, also for those who watch the stage: they may see an older value, and see it change. */
    private long framesOfBatch;

    private volatile long stuckNs;

    public StageRunner(
            String name,
            Stage stage,
            StagePlace place,
            FrameResources resources,
            EngineCounters counters,
            StageFailures failures) {
        this.name = name;
        this.stage = stage;
        this.stageIndex = place.stageIndex();
        this.grouped = place.grouped();
        this.view = FrameView.over(resources.newMetadata(), resources.leases(), place);
        this.failures = failures;
        this.stop = resources.stop();
        this.frames = counters.newCounter(StageCounter.FRAMES, name);
        this.errors = counters.newCounter(StageCounter.ERRORS, name);
        this.left = counters.newCounter(StageCounter.LEFT, name);
        this.stalls = counters.newCounter(StageCounter.STALLS, name);
    }

    /** Says where the stage's frames wait; the pipeline does, before it starts. */
    void takesFrom(StageQueue waiting) {
        queue = waiting;
    }

    /** The stage's name in counters and logs. */
    public String name() {
        return name;
    }

    /** Any thread. */
    public StageStatistics statistics() {
        return new StageStatistics(
                name,
                frames.getAcquire(),
                errors.getAcquire(),
                waiting(),
                left.getAcquire(),
                stuckNs,
                stalls.getAcquire());
    }

    /** Frames that the stage has been handed and is not done with. Any thread. */
    public long waiting() {
        return queue.waiting();
    }

    /** A figure that changes whenever the stage gets on. Any thread. */
    public long progress() {
        return queue.position() + frames.getAcquire() + framesOfBatch;
    }

    /** The thread that the stage runs on; null before its start, and for all but one of runners that share a stage. */
    public Thread thread() {
        return thread;
    }

    /** For the statistics: how long the stage has not got on, 0 if it does. One thread, which watches it. */
    public void stuck(long forNs) {
        if (stuckNs == 0 && forNs != 0) {
            stalls.getAndAddRelease(1);
        }
        stuckNs = forNs;
    }

    /** On the stage's thread, before its first frame. */
    public void start() {
        thread = Thread.currentThread();
        stage.onStart();
    }

    /** Shows the stage a frame, unless an earlier one dropped it, or an event. */
    void run(FrameSlot slot) {
        if (slot.isEvent()) {
            announce(slot);
            return;
        }
        if (view.skips(slot)) {
            return;
        }
        if (stop.abandoned()) {
            if (slot.abandon()) {
                left.getAndAddRelease(1);
            }
            return;
        }
        framesOfBatch++;
        view.wrap(slot);
        try {
            stage.onFrame(view);
            if (grouped) {
                view.settle();
            }
        } catch (Throwable e) {
            view.unsay();
            failures.report(name, e); // first: what follows may need what has just failed
            slot.decideConcurrently(Verdict.drop(stageIndex));
            errors.getAndAddRelease(1);
        }
    }

    private void announce(FrameSlot event) {
        try {
            stage.onConnection(view.connection(event));
        } catch (Throwable e) {
            errors.getAndAddRelease(1);
            failures.report(name, e);
        }
    }

    /**
     * The batch is over: nothing of it may be touched any more. An interrupt that a stage left behind ends with it, for
     * the thread is to wait for frames next.
     *
     * @return whether the stage has looked at the bytes of any frame
     */
    boolean endBatch() {
        view.revoke();
        Thread.interrupted();
        if (framesOfBatch != 0) {
            frames.getAndAddRelease(framesOfBatch);
            framesOfBatch = 0;
            try {
                stage.onBatchEnd();
            } catch (Throwable e) {
                errors.getAndAddRelease(1);
                failures.report(name, e);
            }
        }
        return view.wasLookedAt();
    }

    /** On the stage's thread, after its last frame. */
    public void stop() {
        view.revoke();
        try {
            stage.onStop();
        } catch (Throwable e) {
            failures.report(name, e);
        }
    }
}

package io.millrace.core.path;

import io.millrace.Stage;
import io.millrace.Verdict;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.StageCounter;
import io.millrace.statistics.StageStatistics;
import java.util.function.IntSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Calls one stage, on the one thread that it belongs to, and catches what it throws: the frame is then dropped and
 * counted, and the pipeline goes on.
 */
public final class StageRunner {
    /** How many timers fire between two batches at most. */
    private static final int MOST_TIMERS = 64;

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
    private final AtomicCounter fired;
    private final OwnWork ownWork;
    private final StageTimers timers;
    private final IntSupplier source;
    private StageQueue queue = StageQueue.NONE;
    private Thread thread;
    /**
     * Written for each frame without ordering. Threads that watch the stage may see an older value, but do see it
     * change.
     */
    private long framesOfBatch;
    /** Whether the stage is at work of its own; read by other threads like the number above. */
    private boolean atOwnWork;
    /** How often the stage has looked at its own source; read by other threads like the numbers above. */
    private long polls;
    /** Whether the stage has been started, without which nothing of it may be called. */
    private boolean started;

    private volatile long stuckNs;

    public StageRunner(
            String name,
            Stage stage,
            StagePlace place,
            FrameResources resources,
            EngineCounters counters,
            StageFailures failures) {
        this(name, stage, place, resources, counters, failures, new OwnWork(SystemNanoClock.INSTANCE));
    }

    /** @param ownWork what the stage does beside handling frames */
    public StageRunner(
            String name,
            Stage stage,
            StagePlace place,
            FrameResources resources,
            EngineCounters counters,
            StageFailures failures,
            OwnWork ownWork) {
        this.name = name;
        this.ownWork = ownWork;
        this.timers = ownWork.timers();
        this.source = ownWork.source();
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
        this.fired = counters.newCounter(StageCounter.TIMERS, name);
    }

    /** Sets the queue of the stage's frames; called by the pipeline before it starts. */
    void takesFrom(StageQueue waiting) {
        queue = waiting;
    }

    /** The stage's name in counters and logs. */
    public String name() {
        return name;
    }

    /** Any thread may call this. */
    public StageStatistics statistics() {
        return new StageStatistics(
                name,
                frames.getAcquire(),
                errors.getAcquire(),
                waiting(),
                left.getAcquire(),
                stuckNs,
                stalls.getAcquire(),
                fired.getAcquire());
    }

    /** How many frames the stage has been handed and is not done with. Any thread may call this. */
    public long waiting() {
        return queue.waiting();
    }

    /** A number that changes whenever the stage makes progress. Any thread may call this. */
    public long progress() {
        return queue.position() + frames.getAcquire() + framesOfBatch + fired.getAcquire() + polls;
    }

    /** The thread that the stage runs on; null before its start. Of runners that share a stage only one has it. */
    public Thread thread() {
        return thread;
    }

    /**
     * Sets, for the statistics, how long the stage has made no progress; 0 if it does. Only the thread that watches it.
     */
    public void stuck(long forNs) {
        if (stuckNs == 0 && forNs != 0) {
            stalls.getAndAddRelease(1);
        }
        stuckNs = forNs;
    }

    /** Starts the stage; called on its thread before its first frame. */
    public void start() {
        thread = Thread.currentThread();
        timers.start();
        stage.onStart();
        started = true;
    }

    /** Whether the stage is in the callback of a timer, or looks at its own source. Any thread may call this. */
    public boolean isAtOwnWork() {
        return atOwnWork;
    }

    /** Whether the stage has something to do beside handling frames. */
    boolean hasOwnWork() {
        return ownWork.isWanted();
    }

    /** {@link OwnWork#nanosUntilDue}. */
    long nanosUntilOwnWork() {
        return ownWork.nanosUntilDue();
    }

    /** Lets the stage do what it has to do beside handling frames; returns how much that was. */
    int doOwnWork() {
        return started && !stop.abandoned() ? fireTimers() + poll() : 0;
    }

    /** Calls the stage for timers that are due, but not for so many that frames would wait long. */
    private int fireTimers() {
        if (timers.isEmpty()) {
            return 0;
        }
        long nowNs = timers.nowNs();
        int count = 0;
        while (count < MOST_TIMERS && timers.isDue(nowNs)) {
            fire(timers.take(), nowNs);
            count++;
        }
        return count;
    }

    private int poll() {
        int done = 0;
        atOwnWork = true;
        try {
            done = Math.max(0, source.getAsInt());
        } catch (Throwable e) {
            failures.report(name, StageFailures.Lost.POLL, e);
            errors.getAndAddRelease(1);
        }
        atOwnWork = false;
        polls++;
        return done;
    }

    private void fire(long timerId, long nowNs) {
        atOwnWork = true;
        try {
            stage.onTimer(timerId, nowNs);
        } catch (Throwable e) {
            failures.report(
                    name, StageFailures.Lost.TIMER, e); // first, because what follows may need what has just failed
            errors.getAndAddRelease(1);
        }
        atOwnWork = false;
        fired.getAndAddRelease(1);
    }

    /** Shows the stage an event, or a frame unless an earlier stage dropped it. */
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
            failures.report(
                    name, StageFailures.Lost.FRAME, e); // first, because what follows may need what has just failed
            slot.decideConcurrently(Verdict.drop(stageIndex));
            errors.getAndAddRelease(1);
        }
    }

    private void announce(FrameSlot event) {
        try {
            stage.onConnection(view.connection(event));
        } catch (Throwable e) {
            errors.getAndAddRelease(1);
            failures.report(name, StageFailures.Lost.EVENT, e);
        }
    }

    /**
     * Ends the batch: none of its frames may be touched any more. An interrupt that a stage left behind is cleared,
     * since the thread waits for frames next.
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
                failures.report(name, StageFailures.Lost.END_OF_BATCH, e);
            }
        }
        return view.wasLookedAt();
    }

    /** Ends the stage; called on its thread after its last frame. */
    public void stop() {
        view.revoke();
        try {
            stage.onStop();
        } catch (Throwable e) {
            failures.report(name, StageFailures.Lost.STOP, e);
        }
    }
}

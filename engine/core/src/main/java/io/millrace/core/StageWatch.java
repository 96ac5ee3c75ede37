package io.millrace.core;

import io.millrace.core.path.StageRunner;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches whether a stage makes progress while frames wait for it, or while it is at work of its own. Logs when it has
 * made none for a while, and when it goes on again. It only compares figures that the hot path keeps anyway. Used by
 * one thread only.
 */
final class StageWatch {
    private static final long NS_PER_MS = 1_000_000;
    private static final double MS_PER_SECOND = 1e3;
    private static final long TENTHS_BELOW_MS = 10_000;

    private final String name;
    private final List<StageRunner> runners;
    private final boolean isInline;
    private final long patienceNs;
    private final Consumer<String> warn;
    private final Consumer<String> info;
    private long progress = Long.MIN_VALUE;
    private long stuckNs;

    /**
     * @param name       the stage's name
     * @param runners    the stage's runners on one thread; several if lanes share the stage
     * @param isInline   whether that thread is the poller's
     * @param patienceNs how long the stage may make no progress, in nanoseconds
     * @param warn       takes the line that says that the stage is stuck
     * @param info       takes the line that says that it goes on
     */
    StageWatch(
            String name,
            List<StageRunner> runners,
            boolean isInline,
            long patienceNs,
            Consumer<String> warn,
            Consumer<String> info) {
        this.name = name;
        this.runners = runners;
        this.isInline = isInline;
        this.patienceNs = patienceNs;
        this.warn = warn;
        this.info = info;
    }

    /**
     * Compares once with the look before.
     *
     * @param passedNs time since the look before in nanoseconds, without times in which the whole process stood still
     */
    void turn(long passedNs) {
        long waiting = 0;
        long now = 0;
        boolean atOwnWork = false;
        for (StageRunner runner : runners) {
            waiting += runner.waiting();
            now += runner.progress();
            atOwnWork |= runner.isAtOwnWork();
        }
        boolean getsOn = waiting == 0 && !atOwnWork || now != progress;
        progress = now;
        boolean wasStuck = stuckNs >= patienceNs;
        long before = stuckNs;
        stuckNs = getsOn ? 0 : stuckNs + passedNs;
        boolean isStuck = stuckNs >= patienceNs;
        if (isStuck && !wasStuck) {
            warn.accept(stuckLine(waiting));
        } else if (wasStuck && !isStuck) {
            info.accept("stage " + name + " goes on, after " + text(before) + "; " + waits(waiting));
        }
        // last, because whoever sees it may let the stage go on, and the line above says where it was
        runners.getFirst().stuck(isStuck ? stuckNs : 0);
    }

    private String stuckLine(long waiting) {
        return "stage " + name + " has made no progress for " + text(stuckNs) + "; " + waits(waiting) + place()
                + "; let it return, or see by jstack what it waits for";
    }

    private String waits(long waiting) {
        if (isInline) {
            return "what the ports receive waits for it";
        }
        return waiting == 0
                ? "it is at a timer or at its own source"
                : String.format(
                        Locale.ROOT, waiting == 1 ? "%,d frame waits for it" : "%,d frames wait for it", waiting);
    }

    private static String text(long ns) {
        long ms = ns / NS_PER_MS;
        return ms < TENTHS_BELOW_MS
                ? String.format(Locale.ROOT, "%.1f s", ms / MS_PER_SECOND)
                : TimeUnit.MILLISECONDS.toSeconds(ms) + " s";
    }

    /** Names the stage's method, of those that the engine calls, which is running at the moment. */
    private String place() {
        Thread thread = runners.getFirst().thread();
        if (thread == null) {
            return "";
        }
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 1; i < stack.length; i++) {
            if (stack[i].getClassName().equals(StageRunner.class.getName())) {
                return ", which is in " + stack[i - 1] + " on thread " + thread.getName();
            }
        }
        return "";
    }
}

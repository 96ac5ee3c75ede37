package io.millrace.core;

import io.millrace.core.path.StageRunner;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches whether a stage gets on while frames wait for it; tells when it has not for a while, and when it does again.
 * It compares figures that the way of a frame keeps anyhow. One thread.
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
     * @param name       of the stage
     * @param runners    those of one thread: several if lanes share the stage
     * @param isInline   whether the thread is the poller's
     * @param patienceNs how long it may make no progress
     * @param warn       takes the line that it is stuck
     * @param info       takes the line that it goes on
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
     * Looks once.
     *
     * @param passedNs since the look before, without times in which the process itself stood still
     */
    void turn(long passedNs) {
        long waiting = 0;
        long now = 0;
        for (StageRunner runner : runners) {
            waiting += runner.waiting();
            now += runner.progress();
        }
        boolean getsOn = waiting == 0 || now != progress;
        progress = now;
        boolean wasStuck = stuckNs >= patienceNs;
        long before = stuckNs;
        stuckNs = getsOn ? 0 : stuckNs + passedNs;
        boolean isStuck = stuckNs >= patienceNs;
        runners.getFirst().stuck(isStuck ? stuckNs : 0);
        if (isStuck && !wasStuck) {
            warn.accept(stuckLine(waiting));
        } else if (wasStuck && !isStuck) {
            info.accept("stage " + name + " goes on, after " + text(before) + "; " + waits(waiting));
        }
    }

    private String stuckLine(long waiting) {
        return "stage " + name + " has made no progress for " + text(stuckNs) + "; " + waits(waiting) + place()
                + "; let it return, or see by jstack what it waits for";
    }

    private String waits(long waiting) {
        return isInline
                ? "what the ports receive waits for it"
                : String.format(
                        Locale.ROOT, waiting == 1 ? "%,d frame waits for it" : "%,d frames wait for it", waiting);
    }

    private static String text(long ns) {
        long ms = ns / NS_PER_MS;
        return ms < TENTHS_BELOW_MS
                ? String.format(Locale.ROOT, "%.1f s", ms / MS_PER_SECOND)
                : TimeUnit.MILLISECONDS.toSeconds(ms) + " s";
    }

    /** Where in its code the stage is: what the engine called. */
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

package io.millrace.lab.traffic;

import java.util.concurrent.locks.LockSupport;

/**
 * Says how many frames to send next. Flat out it is always a full burst; at a pace it is what is due about every 0.2
 * ms. After a hold-up the frames missed are made up for at {@link #CATCH_UP} times the pace, not in one burst, which a
 * receiver could not hold.
 */
final class Pacer {
    private static final double TICK_S = 200e-6;
    private static final int CATCH_UP = 4;
    /** How long a wait may be before the sender looks whether it was stopped. */
    private static final long LONGEST_WAIT_NS = 10_000_000;
    /** Parking takes some 50 µs more than asked for. */
    private static final long PARK_SLACK_NS = 60_000;

    private final TrafficPlan plan;
    private final long startNs;
    private final long burst;
    private final long largestBurst;

    Pacer(TrafficPlan plan, int flatOutBurst, long startNs) {
        this.plan = plan;
        this.startNs = startNs;
        burst = plan.flatOut() ? flatOutBurst : Math.clamp((long) (plan.framesPerSecond() * TICK_S), 1, flatOutBurst);
        largestBurst = plan.flatOut() ? burst : Math.min(CATCH_UP * burst, flatOutBurst);
    }

    boolean isOver() {
        return System.nanoTime() - startNs >= plan.durationNs();
    }

    /** Waits until a burst is due, or the plan's time is over, or some milliseconds; returns its frames, maybe 0. */
    int awaitBurst(long tried) {
        if (plan.flatOut()) {
            return (int) burst;
        }
        long sinceStartNs = System.nanoTime() - startNs;
        long dueNs = (long) ((tried + burst) * 1e9 / plan.framesPerSecond());
        pauseUntil(Math.min(sinceStartNs + LONGEST_WAIT_NS, Math.min(dueNs, plan.durationNs())));
        long elapsedNs = Math.min(System.nanoTime() - startNs, plan.durationNs());
        return (int) Math.clamp((long) (plan.framesPerSecond() * elapsedNs / 1e9) - tried, 0, largestBurst);
    }

    private void pauseUntil(long sinceStartNs) {
        long deadlineNs = startNs + sinceStartNs;
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs > PARK_SLACK_NS) {
            LockSupport.parkNanos(leftNs - PARK_SLACK_NS);
        }
        while (System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
    }
}

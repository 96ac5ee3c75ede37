package io.millrace.lab.traffic;

import java.time.Duration;

/**
 * How much to send and how fast. Whichever of count and duration comes first ends it.
 *
 * @param count           frames that the interface has to take, or 0: no limit
 * @param framesPerSecond the pace, or 0: flat out
 * @param durationNs      how long, or {@link Long#MAX_VALUE}: no limit
 */
public record TrafficPlan(long count, double framesPerSecond, long durationNs) {
    /** Checks the values. */
    public TrafficPlan {
        if (count < 0 || !(framesPerSecond >= 0) || durationNs <= 0) {
            throw new IllegalArgumentException("count " + count + ", frames/s " + framesPerSecond + ", duration "
                    + durationNs + " ns; none of them is negative, and the duration not 0");
        }
    }

    /** Sends this many frames, flat out. */
    public static TrafficPlan frames(long count) {
        return new TrafficPlan(count, 0, Long.MAX_VALUE);
    }

    /** Sends for this long, flat out. */
    public static TrafficPlan lasting(Duration duration) {
        return new TrafficPlan(0, 0, duration.toNanos());
    }

    /** Sends until it is stopped, flat out. */
    public static TrafficPlan endless() {
        return new TrafficPlan(0, 0, Long.MAX_VALUE);
    }

    /** Returns the same plan at a pace. */
    public TrafficPlan at(double newFramesPerSecond) {
        return new TrafficPlan(count, newFramesPerSecond, durationNs);
    }

    boolean flatOut() {
        return framesPerSecond == 0;
    }

    boolean counted() {
        return count > 0;
    }
}

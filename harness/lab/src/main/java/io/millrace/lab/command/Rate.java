package io.millrace.lab.command;

import java.time.Duration;

/**
 * Frames a second, or {@link #MAX}: as fast as it goes.
 *
 * @param perSecond frames a second, 0 for flat out.
 */
public record Rate(double perSecond) {
    /** Flat out. */
    public static final Rate MAX = new Rate(0);

    /** True when nothing paces the sender. */
    public boolean flatOut() {
        return perSecond == 0;
    }

    /** How many frames are due after this time. */
    public long framesIn(Duration duration) {
        return (long) (perSecond * duration.toNanos() / 1e9);
    }

    @Override
    public String toString() {
        if (flatOut()) {
            return "max";
        }
        return perSecond >= 1e6
                ? trim(perSecond / 1e6) + "M"
                : perSecond >= 1e3 ? trim(perSecond / 1e3) + "k" : trim(perSecond);
    }

    private static String trim(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}

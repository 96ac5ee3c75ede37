package io.millrace.lab.bench;

import com.typesafe.config.Config;
import java.util.List;

/** Reads the lines that receivers print while they work, each with its time. */
final class Progress {
    /** The time of a line, by the clock of {@link System#nanoTime}. */
    static final String TIME = "time_ns";

    private static final double SECOND_NS = 1e9;

    private Progress() {}

    /**
     * Returns by how much a count grew a second, from the first line of a period to its last; {@link Double#NaN} if it
     * has fewer than two lines.
     *
     * @param fromNs start of the time ({@link System#nanoTime}, the same clock for all processes)
     * @param toNs   its end
     */
    static double perSecond(List<Config> progress, String count, long fromNs, long toNs) {
        List<Config> inTime = progress.stream()
                .filter(told -> told.hasPath(TIME)
                        && told.hasPath(count)
                        && told.getLong(TIME) - fromNs >= 0
                        && toNs - told.getLong(TIME) >= 0)
                .toList();
        if (inTime.size() < 2) {
            return Double.NaN;
        }
        Config first = inTime.getFirst();
        Config last = inTime.getLast();
        return (last.getLong(count) - first.getLong(count)) * SECOND_NS / (last.getLong(TIME) - first.getLong(TIME));
    }
}

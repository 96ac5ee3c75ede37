package io.millrace.core;

import java.util.HashMap;
import java.util.Map;

/**
 * Decides when to log something that repeats: at once when it is new, every {@link #QUIET_NS} while there is more of
 * it, and what is left of it at the end. Used by one thread only.
 */
final class Repeats {
    /** The least time between two lines of one kind. */
    static final long QUIET_NS = 10_000_000_000L;

    private final Map<Object, Told> told = new HashMap<>();

    private record Told(long total, long atNs) {}

    /**
     * Returns how many new occurrences are to be logged now; 0 if it is not yet time for a line.
     *
     * @param kind   identifies the line: one key for each line that repeats by itself
     * @param total  how many there have been since the start
     * @param isLast whether the engine stops, so that nothing can be left for a later line
     */
    long more(Object kind, long total, long nowNs, boolean isLast) {
        Told before = told.get(kind);
        long known = before == null ? 0 : before.total;
        if (total > known && (isLast || before == null || nowNs - before.atNs >= QUIET_NS)) {
            told.put(kind, new Told(total, nowNs));
            return total - known;
        }
        return 0;
    }
}

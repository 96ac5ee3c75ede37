package io.millrace.core;

import java.util.HashMap;
import java.util.Map;

/**
 * When to tell of what goes on: at once when it is new, every {@link #QUIET_NS} while there is more of it, and what is
 * left of it at the end. One thread.
 */
final class Repeats {
    /** The least time between two lines of a kind. */
    static final long QUIET_NS = 10_000_000_000L;

    private final Map<Object, Told> told = new HashMap<>();

    private record Told(long total, long atNs) {}

    /**
     * How many more there are to tell of, now; 0 if it is not the time.
     *
     * @param kind   of what, one key for each line that is told by itself
     * @param total  how many there have been
     * @param isLast whether this is the end, and nothing can be left for a later line
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

package io.millrace.lab.demo;

import java.util.Map;

/**
 * Where everything went. Between any two counters on its way stand the counters of whoever may drop it there; what they
 * do not explain is unaccounted for, and should be nothing. A {@link Ledger} finds out.
 *
 * @param losses      by the counter that has them; those of 0 are left out
 * @param unaccounted what no counter has, or two have
 */
record Accounting(Map<String, Long> losses, long unaccounted) {
    boolean balanced() {
        return unaccounted == 0;
    }

    /** What a counter has. */
    long lost() {
        return losses.values().stream().mapToLong(Long::longValue).sum();
    }
}

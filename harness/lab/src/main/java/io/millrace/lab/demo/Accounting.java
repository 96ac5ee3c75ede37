package io.millrace.lab.demo;

import java.util.Map;

/**
 * Where all messages went. Between any two points of their way there are counters of what may be dropped there; what
 * these do not explain is unaccounted for, and should be nothing. A {@link Ledger} computes it.
 *
 * @param losses      the losses by their counter, without those of 0
 * @param unaccounted the number of messages that are in no counter, or in two
 */
record Accounting(Map<String, Long> losses, long unaccounted) {
    boolean balanced() {
        return unaccounted == 0;
    }

    /** The losses of a counter. */
    long lost() {
        return losses.values().stream().mapToLong(Long::longValue).sum();
    }
}

package io.millrace.core;

import java.util.List;
import java.util.function.BiConsumer;

/** Logs, when the engine stops, which leases were never closed. */
final class LeaseReport {
    /**
     * The most lines. More would tell nothing new, and would crowd out the stop's other lines: the log queue has room
     * for 1,024.
     */
    private static final int MOST_PLACES = 100;

    private LeaseReport() {}

    /**
     * @param leased    how many frames are leased
     * @param isTracked whether the engine noted where leases were taken
     * @param places    where the open leases were taken, if that was noted
     * @param warn      logs a line with an exception, which may be null
     */
    static void tell(int leased, boolean isTracked, List<Throwable> places, BiConsumer<String, Throwable> warn) {
        if (leased == 0) {
            return;
        }
        warn.accept(
                leased + " leases were never closed"
                        + (isTracked ? "" : "; set leases.track = on to learn where they were taken"),
                null);
        places.stream().limit(MOST_PLACES).forEach(place -> warn.accept("a lease was never closed", place));
        if (places.size() > MOST_PLACES) {
            warn.accept(
                    places.size() - MOST_PLACES + " more leases were never closed; where they were taken is not told",
                    null);
        }
    }
}

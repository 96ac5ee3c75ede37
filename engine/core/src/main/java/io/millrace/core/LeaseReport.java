package io.millrace.core;

import java.util.List;
import java.util.function.BiConsumer;

/** Tells of the leases that were never closed when the engine stops. */
final class LeaseReport {
    /** More would tell nothing new, and would crowd out what else the stop has to say: the log has room for 1,024. */
    private static final int MOST_PLACES = 100;

    private LeaseReport() {}

    /**
     * @param leased    how many frames are out
     * @param isTracked whether it was noted where leases were taken
     * @param places    where those that are open were taken, if that was noted
     * @param warn      takes the lines, and what is thrown or null
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

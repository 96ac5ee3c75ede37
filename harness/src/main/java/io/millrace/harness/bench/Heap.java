package io.millrace.harness.bench;

import com.typesafe.config.Config;

/** What receivers tell of the bytes that they allocated on the Java heap. */
final class Heap {
    private static final String BYTES = "alloc_bytes";
    private static final String DURATION = "duration_ns";
    private static final double SECOND_NS = 1e9;

    private Heap() {
    }

    /**
     * Bytes a second: of the measured time when the receiver tells its progress, of all its life when only that, and
     * {@link Double#NaN} when it says nothing.
     *
     * @param fromNs start of the measured time ({@link System#nanoTime}, the same clock for all processes)
     * @param toNs   its end
     */
    static double bytesPerSecond(Receiver.Result result, long fromNs, long toNs) {
        double told = Progress.perSecond(result.progress(), BYTES, fromNs, toNs);
        if (!Double.isNaN(told)) {
            return told;
        }
        Config json = result.json();
        return json.hasPath(BYTES) && json.hasPath(DURATION) ? json.getLong(BYTES) * SECOND_NS / json.getLong(DURATION)
            : Double.NaN;
    }
}

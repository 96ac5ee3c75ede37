package io.millrace.lab.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;

/** Reads what receivers tell about the bytes that they allocated on the Java heap. */
final class Heap {
    private static final String BYTES = "alloc_bytes";
    private static final String DURATION = "duration_ns";
    private static final double SECOND_NS = 1e9;
    private static final Config NOTHING = ConfigFactory.parseMap(Map.of(BYTES, 0, DURATION, 0));

    private Heap() {}

    /**
     * Bytes a second: of the measured time when the receiver tells its progress twice in it; else from the last line
     * before it to the receiver's end, or of all its life. {@link Double#NaN} when it says nothing.
     *
     * @param fromNs start of the measured time ({@link System#nanoTime}, the same clock for all processes)
     * @param toNs   its end
     */
    static double bytesPerSecond(Receiver.Result result, long fromNs, long toNs) {
        double told = Progress.perSecond(result.progress(), BYTES, fromNs, toNs);
        if (!Double.isNaN(told)) {
            return told;
        }
        Config end = result.json();
        if (!tells(end)) {
            return Double.NaN;
        }
        Config before = result.progress().stream()
                .filter(line -> tells(line) && line.hasPath(Progress.TIME) && line.getLong(Progress.TIME) - fromNs <= 0)
                .reduce(NOTHING, (earlier, line) -> line);
        return (end.getLong(BYTES) - before.getLong(BYTES))
                * SECOND_NS
                / (end.getLong(DURATION) - before.getLong(DURATION));
    }

    private static boolean tells(Config line) {
        return line.hasPath(BYTES) && line.hasPath(DURATION);
    }
}

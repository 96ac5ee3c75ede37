package io.millrace.lab.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Tells a user how long a run will take, each turn as it ends, and how much time is left. The rest is estimated by the
 * expected times, and by how much longer the turns until now have taken.
 */
public final class TurnLog {
    private static final int WIDTH = 96;
    private static final int MINUTE_S = 60;
    private static final long MS = 1_000_000;

    private final PrintWriter out;
    private final int turns;
    private final double expectedMs;
    private final long startNs = System.nanoTime();
    private int done;
    private double turnMs;
    private double expectedDoneMs;

    /** @param measurements the measurements to come, in this order */
    public TurnLog(PrintWriter out, List<Measurement> measurements) {
        this.out = out;
        turns = measurements.stream().mapToInt(Measurement::turns).sum();
        expectedMs = measurements.stream().mapToLong(Measurement::expectedMs).sum();
        print(turns + " turns, about " + text(expectedMs / 1_000) + " if nothing else has the CPUs");
    }

    /** The next turns belong to another measurement. */
    public void begin(Measurement measurement) {
        turnMs = (double) measurement.expectedMs() / measurement.turns();
    }

    /**
     * Tells a turn that has ended.
     *
     * @param counts false if it is taken again
     */
    public void ended(String line, boolean counts) {
        if (!counts) {
            print(line);
            return;
        }
        done++;
        expectedDoneMs += turnMs;
        double pace = (System.nanoTime() - startNs) / (double) MS / expectedDoneMs;
        print(String.format(
                Locale.ROOT,
                "%-" + WIDTH + "s [%d of %d%s]",
                line,
                done,
                turns,
                done >= turns ? "" : ", about " + text(pace * (expectedMs - expectedDoneMs) / 1_000) + " left"));
    }

    private static String text(double seconds) {
        long whole = Math.max(1, Math.round(seconds));
        return whole < 2 * MINUTE_S ? whole + " s" : whole / MINUTE_S + " min";
    }

    private void print(String line) {
        out.println("  " + line);
        out.flush();
    }
}

package io.millrace.harness.bench;

import java.io.PrintWriter;
import java.time.Duration;

/** Tells a user of each turn as it ends, and how long it all still takes. */
public final class TurnLog {
    private static final int WIDTH = 76;
    private static final int SECONDS = 60;

    private final PrintWriter out;
    private final int turns;
    private final long startNs = System.nanoTime();
    private int done;

    /** @param turns that are to come, in all */
    public TurnLog(PrintWriter out, int turns) {
        this.out = out;
        this.turns = turns;
    }

    /**
     * A turn has ended.
     *
     * @param counts false if it is taken again
     */
    public void ended(String line, boolean counts) {
        if (!counts) {
            print(line);
            return;
        }
        done++;
        long leftS = Duration.ofNanos((System.nanoTime() - startNs) / done * Math.max(0, turns - done)).toSeconds();
        print(String.format("%-" + WIDTH + "s [%d of %d%s]", line, done, turns, done >= turns ? "" : ", about "
            + (leftS < SECONDS ? leftS + " s left" : leftS / SECONDS + " min left")));
    }

    private void print(String line) {
        out.println("  " + line);
        out.flush();
    }
}

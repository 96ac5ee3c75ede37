package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Section;
import java.io.IOException;

/** One suite, with everything that is needed to run it. */
public interface Measurement {
    /** The number of turns, if none is disturbed. */
    int turns();

    /** The approximate time of all turns on an otherwise idle machine, in milliseconds. */
    long expectedMs();

    /** What the suite asks of everyone, in a line. */
    String title();

    /**
     * Measures.
     *
     * @param log told of each turn as it ends
     */
    Outcome run(TurnLog log) throws IOException, InterruptedException;

    /**
     * The result.
     *
     * @param fine whether everything was accounted for
     */
    record Outcome(Section section, boolean fine) {}
}

package io.millrace.lab.bench;

import io.millrace.lab.bench.results.Section;
import java.io.IOException;

/** One suite, with all that it takes to run it. */
public interface Measurement {
    /** Turns that it takes, if none is disturbed. */
    int turns();

    /** About how long they take on a machine that does nothing else, in milliseconds. */
    long expectedMs();

    /** What it asks of everyone, in a line. */
    String title();

    /**
     * Measures.
     *
     * @param log told of each turn as it ends
     */
    Outcome run(TurnLog log) throws IOException, InterruptedException;

    /**
     * What came of it.
     *
     * @param fine whether everything was accounted for
     */
    record Outcome(Section section, boolean fine) {}
}

package io.millrace.harness.report;

import io.millrace.engine.counters.EngineStatistics;

/** What {@code run} tells while an engine is at work, a line a second. One thread. */
public interface CounterLines {
    /** The line that says that frames flow from now on; the first one, once. */
    String started(EngineStatistics first);

    /** The line of the time since the one before. */
    String next(EngineStatistics now);

    /** The line of the whole run. */
    String total(EngineStatistics last);
}

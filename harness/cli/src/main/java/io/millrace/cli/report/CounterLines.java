package io.millrace.cli.report;

import io.millrace.statistics.EngineStatistics;

/** What {@code run} tells while an engine is at work, in one line or several at a time. Used by one thread only. */
public interface CounterLines {
    /** What says that frames flow from now on; the first one, once. */
    String started(EngineStatistics first);

    /** What has happened since the time before. */
    String next(EngineStatistics now);

    /** What has happened in the whole run. */
    String total(EngineStatistics last);
}

package io.millrace.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The options of {@code run}.
 *
 * @param config          the config file.
 * @param duration        how long to run, or null: until SIGINT or SIGTERM
 * @param json            where the final statistics go, or null
 * @param jsonLines       whether the lines that are printed while it runs are JSON
 * @param intervalNs      the interval of these lines in nanoseconds, or 0 for none between the start and the end
 * @param overrides       config paths and the values that replace the file's, in the given order
 * @param untilEndOfInput whether the end of standard input stops it, too
 */
record RunOptions(
        Path config,
        Duration duration,
        Path json,
        boolean jsonLines,
        long intervalNs,
        Map<String, String> overrides,
        boolean untilEndOfInput) {}

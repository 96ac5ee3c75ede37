package io.millrace.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the user asked {@code run} for.
 *
 * @param config    the config file.
 * @param duration  when to stop, or null: at SIGINT or SIGTERM.
 * @param json      where the final statistics go, or null.
 * @param jsonLines whether what is told while it runs is JSON.
 * @param intervalNs how often that is, or 0: never between the start and the end.
 * @param overrides config paths and the values that replace the file's, in the order given.
 * @param untilEndOfInput whether the end of standard input stops it too.
 */
record RunOptions(
        Path config,
        Duration duration,
        Path json,
        boolean jsonLines,
        long intervalNs,
        Map<String, String> overrides,
        boolean untilEndOfInput) {}

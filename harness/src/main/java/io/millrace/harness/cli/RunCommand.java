package io.millrace.harness.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an engine in this process until it is stopped. */
@Command(name = "run", description = {"Run an engine from a config file until it is stopped.",
    "A line of counters a second goes to stdout. SIGINT and SIGTERM stop the engine in order; SIGHUP reads the config "
        + "again and changes accept rules while frames flow."})
final class RunCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Mixin
    private ConfigArguments arguments;

    @Option(names = "--duration", paramLabel = "D", converter = DurationConverter.class,
        description = "Stop after this time; without it, at SIGINT or SIGTERM.")
    private Duration duration;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the final statistics to this file.")
    private Path json;

    @Option(names = "--json-lines", description = "Print the statistics as JSON in place of the line of counters: an object "
        + "a line, with the time on the monotonic clock as time_ns.")
    private boolean jsonLines;

    @Option(names = "--stop-at-end-of-input", description = "Stop when standard input ends: whoever started this "
        + "process with a pipe is gone.")
    private boolean untilEndOfInput;

    @Override
    public Integer call() {
        return EngineRun.run(
            new RunOptions(arguments.config(), duration, json, jsonLines, arguments.overrides(), untilEndOfInput));
    }
}

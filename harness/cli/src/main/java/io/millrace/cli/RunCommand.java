package io.millrace.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an engine in this process until it is stopped. */
@Command(
        name = "run",
        description = {
            "Run an engine from a config file until it is stopped.",
            "Each second stdout gets a line for each port: what came, went and was lost in it. SIGINT and SIGTERM"
                    + " stop the "
                    + "engine in order, a second one ends the process with exit code 130; SIGHUP reads the config"
                    + " again and changes "
                    + "accept rules while frames flow."
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    @Mixin
    private VerboseOption standard;

    @Mixin
    private ConfigArguments arguments;

    @Option(
            names = "--duration",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Stop after this time; without it, at SIGINT or SIGTERM.")
    private Duration duration;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the final statistics to this file.")
    private Path json;

    @Option(
            names = "--json-lines",
            description = "Print the statistics as JSON instead: an object a line, and nothing else " + "on stdout.")
    private boolean jsonLines;

    @Option(
            names = "--interval",
            paramLabel = "D",
            defaultValue = "1s",
            converter = DurationConverter.class,
            description = "How often that is printed (default: ${DEFAULT-VALUE}).")
    private Duration interval;

    @Option(names = "--quiet", description = "Print nothing between the start and the end.")
    private boolean quiet;

    @Option(
            names = "--stop-at-end-of-input",
            description = "Stop when standard input ends, which a process that started this one with a pipe can use.")
    private boolean untilEndOfInput;

    @Override
    public Integer call() {
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw CommandFailure.usage("--interval " + interval.toMillis() + "ms is too short; choose "
                    + SHORTEST_INTERVAL.toMillis() + "ms or more");
        }
        HeadStart.awaitLogger();
        return EngineRun.run(new RunOptions(
                arguments.config(),
                duration,
                json,
                jsonLines,
                quiet ? 0 : interval.toNanos(),
                arguments.overrides(),
                untilEndOfInput));
    }
}

package io.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Validates a config. */
@Command(
        name = "check",
        description = "Validate a config file and print it with every default filled in. Touches no interface.")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Mixin
    private ConfigArguments arguments;

    @Override
    public Integer call() {
        return EngineRun.check(arguments.config(), arguments.overrides());
    }
}

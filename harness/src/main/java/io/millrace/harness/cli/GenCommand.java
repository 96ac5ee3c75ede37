package io.millrace.harness.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sends test traffic. */
@Command(name = "gen", description = "Send test traffic to an interface.")
final class GenCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() {
        throw CommandFailure.failed("gen is not built yet; wait for it");
    }
}

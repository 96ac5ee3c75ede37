package io.millrace.harness.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the engine beside its peers. */
@Command(name = "bench", description = "Measure the engine side by side with a C program.")
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() {
        throw CommandFailure.failed("bench is not built yet; wait for it");
    }
}

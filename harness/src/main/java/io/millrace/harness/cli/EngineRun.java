package io.millrace.harness.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where the commands meet the engine. */
final class EngineRun {
    private EngineRun() {
    }

    /** Opens the engine, runs it, prints counters, writes the statistics; returns the exit code. */
    static int run(RunOptions options) {
        throw CommandFailure.failed("run is not built yet; wait for the engine");
    }

    /** Reads and validates the config, prints the resolved one; returns the exit code. */
    static int check(Path config, Map<String, String> overrides) {
        throw CommandFailure.failed("check is not built yet; wait for the engine");
    }
}

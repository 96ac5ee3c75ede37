package io.millrace.harness.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The config file and its overrides, the same for every command that takes a config. */
final class ConfigArguments {
    @Parameters(index = "0", paramLabel = "CONFIG", description = "The config file (HOCON).")
    private Path config;

    @Option(names = "--set", paramLabel = "PATH=VALUE",
        description = "Replace a value of the config by its path. May be repeated.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    /** The file, which is there and readable. */
    Path config() {
        if (!Files.isRegularFile(config)) {
            throw CommandFailure.usage(config + ": " + (Files.exists(config) ? "not a file"
                : Files.notExists(config) ? "no such file"
                : "out of reach: a folder on its path that this user may not enter, or a link to itself")
                + "; give the path of a config file");
        }
        if (!Files.isReadable(config)) {
            throw CommandFailure.usage(config + ": not readable; change its permissions");
        }
        return config;
    }

    Map<String, String> overrides() {
        return overrides;
    }
}

package io.millrace.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The config file and its overrides: the arguments of every command that takes a config. */
final class ConfigArguments {
    @Parameters(index = "0", paramLabel = "CONFIG", description = "The config file (HOCON).")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Replace a value of the config by its path. May be repeated.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    /** The file. Whether it can be read is only found out by reading it. */
    Path config() {
        return config;
    }

    Map<String, String> overrides() {
        return overrides;
    }
}

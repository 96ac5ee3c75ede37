package io.millrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every command has. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
public final class VerboseOption {
    static final String NAME = "--verbose";

    @Option(names = NAME, description = "Show stack traces with errors (MILLRACE_VERBOSE=1 does too).")
    private boolean verbose;

    /** Returns whether stack traces are wanted, by this option or by the environment. */
    public boolean verbose() {
        return verbose || fromEnvironment();
    }

    static boolean fromEnvironment() {
        return "1".equals(System.getenv("MILLRACE_VERBOSE"));
    }
}

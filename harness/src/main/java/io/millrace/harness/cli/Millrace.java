package io.millrace.harness.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Entry point of the command line. Results go to stdout, errors to stderr as one line {@code millrace: what; what to
 * do}, and the exit code is one of {@link ExitCode}.
 */
@Command(
        name = "millrace",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        description = "Packet processing on AF_XDP rings and io_uring, from Java.",
        footer = {"", "Durations are 500ms, 10s, 2m; rates 200k, 3M, max; sizes 64, 2KiB.",
            "Exit codes: 0 fine, 1 the run or a check of it failed, 2 wrong usage or config, "
                + "3 the host lacks something."},
        subcommands = {DemoCommand.class, RunCommand.class, CheckCommand.class, GenCommand.class, BenchCommand.class,
            VmTestCommand.class, DoctorCommand.class})
public final class Millrace implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command; what {@link #main} does without ending the JVM. */
    public static int execute(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Millrace());
        line.setUsageHelpWidth(110);
        line.setUsageHelpAutoWidth(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(ErrorLines::wrongUsage);
        line.setExecutionExceptionHandler(ErrorLines::failed);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}

package io.millrace.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.ServiceLoader;
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
        footer = {
            "",
            "Durations are 500ms, 10s, 2m; rates 200k, 3M, max; sizes 64, 2KiB.",
            "Exit codes: 0 fine, 1 the run or a check of it failed, 2 wrong usage or config, "
                    + "3 the host lacks something."
        })
public final class Millrace implements Runnable {
    /** The width of usual terminals. */
    private static final int USAGE_WIDTH = 80;
    /** The width of the column of options; the text of a longer option starts on the next line. */
    private static final int USAGE_OPTIONS_WIDTH = 24;
    /** The product's own commands, in the order in which the help lists them. */
    private static final SequencedMap<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand.class);
        COMMANDS.put("check", CheckCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
    }

    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // so that libraries write digits and cases which do not depend on the locale
        StandardStreams streams = StandardStreams.install(args);
        HeadStart.begin(args);
        System.exit(streams.finish(execute(args)));
    }

    /** Runs one command as {@link #main} does, but without ending the JVM. */
    public static int execute(String... args) {
        return commandLine(args).execute(args);
    }

    /** Makes the command line with all commands; those that other jars add come after the product's own. */
    public static CommandLine commandLine() {
        return commandLine(allCommands().sequencedValues());
    }

    /**
     * Makes the command line with only the given command, because reading the annotations of all commands would slow
     * down each start.
     */
    public static CommandLine commandLine(String[] args) {
        if (args.length == 0) {
            return commandLine();
        }
        Class<?> own = COMMANDS.get(args[0]); // found without searching the class path
        Class<?> command = own != null ? own : allCommands().get(args[0]);
        return command == null ? commandLine() : commandLine(List.of(command));
    }

    private static SequencedMap<String, Class<?>> allCommands() {
        SequencedMap<String, Class<?>> all = new LinkedHashMap<>(COMMANDS);
        ServiceLoader.load(Commands.class).forEach(more -> all.putAll(more.byName()));
        return all;
    }

    private static CommandLine commandLine(Collection<Class<?>> commands) {
        CommandLine line = new CommandLine(new Millrace());
        commands.forEach(line::addSubcommand);
        line.setUsageHelpWidth(USAGE_WIDTH);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpLongOptionsMaxWidth(USAGE_OPTIONS_WIDTH);
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

package io.millrace.cli;

import io.millrace.ConfigException;
import io.millrace.HostException;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.SystemCallException;
import io.millrace.ring.UmemMappingException;
import io.millrace.xdp.XdpException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns anything that a command throws into one line on stderr and an exit code. */
final class ErrorLines {
    private ErrorLines() {}

    static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        print(command.getErr(), describe(failure) + "; see '" + name + " --help'");
        if (stackTraceWanted(command)) {
            failure.printStackTrace(command.getErr());
        }
        return ExitCode.USAGE;
    }

    private static String describe(ParameterException failure) {
        if (failure instanceof MissingParameterException missing) {
            return "missing: "
                    + missing.getMissing().stream()
                            .map(arg -> arg.isOption()
                                    ? ((CommandLine.Model.OptionSpec) arg).longestName()
                                    : arg.paramLabel())
                            .collect(Collectors.joining(", "));
        }
        String text = oneLine(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> alike = unmatched.getSuggestions();
            if (failure.getCommandLine().getParent() == null && !unmatched.isUnknownOption()) {
                text = "no such command: '" + unmatched.getUnmatched().getFirst() + "'";
            }
            if (!alike.isEmpty()) {
                text += " (is it " + String.join(" or ", alike) + "?)";
            }
        }
        return lowerFirst(text);
    }

    static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        lines(failure).forEach(line -> print(command.getErr(), line));
        if (stackTraceWanted(command)) {
            failure.printStackTrace(command.getErr());
        }
        return exitCode(failure);
    }

    /** Returns what went wrong, for an operator, without the program's name. */
    static List<String> lines(Exception failure) {
        return failure instanceof ConfigException config ? config.lines() : List.of(line(failure));
    }

    private static String line(Exception failure) {
        if (failure instanceof CommandFailure) {
            return oneLine(failure.getMessage());
        }
        String text = failure.getMessage();
        String what = text == null || text.isBlank() ? failure.getClass().getSimpleName() : oneLine(text);
        return isExpected(failure) || what.contains("; ")
                ? what
                : failure.getClass().getSimpleName() + ": " + what
                        + "; run it again with --verbose for the stack trace";
    }

    private static boolean isExpected(Exception failure) {
        return exitCode(failure) != ExitCode.FAILED;
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case CommandFailure known -> known.exitCode();
            case ConfigException config -> ExitCode.USAGE;
            case HostException host -> ExitCode.HOST;
            case XdpException xdp -> ExitCode.HOST;
            case SystemCallException call -> ExitCode.HOST;
            case MissingLibraryException library -> ExitCode.HOST;
            case UmemMappingException memory -> ExitCode.HOST;
            default -> ExitCode.FAILED;
        };
    }

    private static boolean stackTraceWanted(CommandLine command) {
        return VerboseOption.fromEnvironment()
                || command.getParseResult() != null && command.getParseResult().hasMatchedOption(VerboseOption.NAME);
    }

    private static void print(PrintWriter err, String line) {
        err.println("millrace: " + line);
        err.flush();
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}

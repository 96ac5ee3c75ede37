package io.millrace.cli;

/**
 * Ends a command with an exit code and one line for the user. The message reads {@code what is wrong; what to do}; the
 * command line adds the prefix ({@code millrace: }).
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    /** A failure of the run itself, exit code 1. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message, null);
    }

    /** Wrong usage or config, exit code 2. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message, null);
    }

    /** The host lacks something, exit code 3. */
    public static CommandFailure host(String message) {
        return new CommandFailure(ExitCode.HOST, message, null);
    }

    /** Makes a failure with a cause, which {@code --verbose} shows. */
    public CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}

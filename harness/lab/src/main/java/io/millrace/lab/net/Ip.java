package io.millrace.lab.net;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs iproute2's {@code ip} in the calling thread's network namespace. */
final class Ip {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern FAILED_LINE = Pattern.compile("Command failed -:(\\d+)");

    private Ip() {}

    /**
     * Runs one command.
     *
     * @return what it printed
     * @throws IllegalStateException with the command and its error text when it fails
     * @throws HostException         when there is no {@code ip}
     */
    static String run(String... arguments) {
        return execute(List.of(arguments), "");
    }

    /** Runs many commands in one process; stops at the first that fails. */
    static void batch(List<String> commands) {
        execute(List.of("-batch", "-"), String.join("\n", commands) + "\n");
    }

    private static String execute(List<String> arguments, String input) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(arguments);
        Program.Outcome outcome = Program.of(command).fed(input).within(LIMIT).run();
        if (!outcome.isFine()) {
            throw new IllegalStateException(failure(command, input, outcome.out()));
        }
        return outcome.out();
    }

    private static String failure(List<String> command, String input, String output) {
        Matcher failed = FAILED_LINE.matcher(output);
        String culprit = !input.isEmpty() && failed.find()
                ? "ip " + input.split("\n")[Integer.parseInt(failed.group(1)) - 1]
                : String.join(" ", command);
        return culprit + ": "
                + FAILED_LINE.matcher(output).replaceAll("").strip().replaceAll("\\s*\\R\\s*", " ");
    }
}

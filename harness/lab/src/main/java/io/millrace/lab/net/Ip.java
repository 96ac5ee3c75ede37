package io.millrace.lab.net;

import io.millrace.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs iproute2's {@code ip} in the calling thread's network namespace. */
final class Ip {
    private static final long LIMIT_S = 30;
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
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + ": no end after " + LIMIT_S + " s");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(failure(command, input, output));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for ip", e);
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("error=2")) {
                throw new HostException("there is no ip command; install the package iproute2", e);
            }
            throw new UncheckedIOException(e);
        }
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

package io.millrace.lab.vm;

import io.millrace.HostException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one program of the host's to its end. */
final class Tool {
    private static final long LIMIT_MIN = 10;
    private static final int LAST_WORDS = 300;

    private final List<String> command;
    private final Path folder;

    private Tool(List<String> command, Path folder) {
        this.command = command;
        this.folder = folder;
    }

    static Tool of(List<String> command) {
        return new Tool(List.copyOf(command), null);
    }

    static Tool of(String... command) {
        return of(List.of(command));
    }

    /** The same, run in a folder. */
    Tool in(Path newFolder) {
        return new Tool(command, newFolder);
    }

    /** How it ended, and what it printed on stdout and stderr, in order. */
    record Outcome(int exitCode, String text) {
        boolean fine() {
            return exitCode == 0;
        }

        /** The end of the text, as one line. */
        String lastWords() {
            String line = text.strip().replaceAll("\\s*\\R\\s*", " | ");
            return line.length() <= LAST_WORDS ? line : "..." + line.substring(line.length() - LAST_WORDS);
        }
    }

    /**
     * Runs it, however it ends.
     *
     * @throws HostException if there is no such program, or it does not end
     */
    Outcome run() {
        Path text = null;
        try {
            text = Files.createTempFile("millrace-tool-", ".txt");
            Process process = builder()
                    .redirectErrorStream(true)
                    .redirectOutput(text.toFile())
                    .start();
            return new Outcome(exitCode(process), Files.readString(text, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw missing(e);
        } finally {
            delete(text);
        }
    }

    /**
     * Runs it; what it prints on stdout.
     *
     * @param failure what it means if it fails, "…; what to do" is added by its last words
     * @throws HostException if there is no such program, or it fails
     */
    String output(String failure) {
        Outcome outcome = run();
        if (!outcome.fine()) {
            throw new HostException(
                    failure + " (" + command.getFirst() + ": " + outcome.lastWords() + "); run it by hand to see more");
        }
        return outcome.text();
    }

    /** Runs it as a filter from a file. */
    byte[] filter(Path input) {
        try {
            Process process = builder()
                    .redirectInput(input.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            byte[] result;
            try (InputStream stdout = process.getInputStream()) {
                result = stdout.readAllBytes();
            }
            if (exitCode(process) != 0) {
                throw new HostException(
                        command.getFirst() + " can't read " + input + "; remove the file and try again");
            }
            return result;
        } catch (IOException e) {
            throw missing(e);
        }
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("LC_ALL", "C.UTF-8");
        return folder == null ? builder : builder.directory(folder.toFile());
    }

    private int exitCode(Process process) {
        try {
            if (!process.waitFor(LIMIT_MIN, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new HostException(command.getFirst() + " has not ended after " + LIMIT_MIN
                        + " minutes; check the network, and run it by hand: " + String.join(" ", command));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command.getFirst(), e);
        }
    }

    private HostException missing(IOException cause) {
        return new HostException(
                command.getFirst() + " can't be run (" + cause.getMessage() + "); install the package that has it",
                cause);
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It is in the folder of temporary files.
        }
    }
}

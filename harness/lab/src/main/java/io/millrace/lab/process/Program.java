package io.millrace.lab.process;

import io.millrace.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A program of the host's that is run to its end, once or several times. It has no stdin unless it is {@linkplain #fed
 * given a text}, and speaks English. One thread.
 */
public final class Program {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LAST_WORDS = 300;

    /** Starts a process where it belongs, in a network namespace for instance. */
    @FunctionalInterface
    public interface Launch {
        /** Starts it. */
        Process start(ProcessBuilder builder) throws IOException;
    }

    /**
     * How a program ended, and what it said.
     *
     * @param out what it printed on stdout, and on stderr if these were not to be told apart, in order
     * @param err what it printed on stderr, else ""
     */
    public record Outcome(int code, String out, String err) {
        /** Whether it ended well. */
        public boolean isFine() {
            return code == 0;
        }

        /** The end of what it said, as one line. */
        public String lastWords() {
            String line = (out + err).strip().replaceAll("\\s*\\R\\s*", " | ");
            return line.length() <= LAST_WORDS ? line : "..." + line.substring(line.length() - LAST_WORDS);
        }
    }

    private final ProcessBuilder builder;
    private String input = "";
    private Duration limit = LIMIT;
    private Launch launch = ProcessBuilder::start;

    private Program(List<String> command) {
        builder = new ProcessBuilder(new ArrayList<>(command));
        builder.environment().put("LC_ALL", "C.UTF-8");
    }

    /** One that is looked for on the PATH, with arguments. */
    public static Program of(List<String> command) {
        return new Program(command);
    }

    /** The same. */
    public static Program of(String... command) {
        return of(List.of(command));
    }

    /** A tool of the JDK that this JVM is of. */
    public static Program ofJdk(String tool, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        return of(command);
    }

    /** Runs it in a folder. */
    public Program in(Path folder) {
        builder.directory(folder.toFile());
        return this;
    }

    /** Sets a variable of its environment. */
    public Program with(String name, String value) {
        builder.environment().put(name, value);
        return this;
    }

    /** Takes variables out of the environment that it has from this process, by their names. */
    public Program without(Predicate<String> names) {
        builder.environment().keySet().removeIf(names);
        return this;
    }

    /** Gives it a text on stdin. */
    public Program fed(String text) {
        input = text;
        return this;
    }

    /** Lets it take so long; ten minutes unless that is said. */
    public Program within(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    /** Has it started by someone else. */
    public Program startedBy(Launch newLaunch) {
        launch = newLaunch;
        return this;
    }

    /**
     * Runs it, however it ends; stderr goes where stdout does.
     *
     * @throws HostException if there is no such program, or it does not end in time
     */
    public Outcome run() {
        return run(false);
    }

    /** The same, with stdout and stderr told apart. */
    public Outcome runApart() {
        return run(true);
    }

    /** Reads from files, so that nothing waits for a process that it started itself and left behind. */
    private Outcome run(boolean apart) {
        try {
            Path folder = Files.createTempDirectory("millrace-program-");
            Path in = folder.resolve("in");
            Path out = folder.resolve("out");
            Path err = folder.resolve("err");
            try {
                Files.writeString(in, input);
                builder.redirectInput(in.toFile()).redirectOutput(out.toFile());
                if (apart) {
                    builder.redirectErrorStream(false).redirectError(err.toFile());
                } else {
                    builder.redirectErrorStream(true);
                }
                int code = end(start());
                return new Outcome(code, Files.readString(out), apart ? Files.readString(err) : "");
            } finally {
                for (Path file : List.of(in, out, err, folder)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new HostException(
                    name() + " can't be run (" + e.getMessage() + "); make room in the folder of temporary files", e);
        }
    }

    /**
     * Runs it; what it printed.
     *
     * @param failure what it means if it fails; its last words and what to do are added
     * @throws HostException if there is no such program, or it fails
     */
    public String output(String failure) {
        Outcome outcome = run();
        if (!outcome.isFine()) {
            throw new HostException(
                    failure + " (" + name() + ": " + outcome.lastWords() + "); run it by hand to see more");
        }
        return outcome.out();
    }

    /** Runs it as a filter from a file; what it printed on stdout. */
    public byte[] filter(Path file) {
        builder.redirectInput(file.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = start();
        try (InputStream stdout = process.getInputStream()) {
            byte[] result = stdout.readAllBytes();
            if (end(process) != 0) {
                throw new HostException(name() + " can't read " + file + "; remove the file and try again");
            }
            return result;
        } catch (IOException e) {
            throw new HostException(name() + " can't be read from (" + e.getMessage() + "); try again", e);
        }
    }

    private Process start() {
        try {
            return launch.start(builder);
        } catch (IOException e) {
            throw new HostException(
                    name() + " can't be run (" + e.getMessage() + "); install the package that has it", e);
        }
    }

    private int end(Process process) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HostException(name() + " has not ended after " + limit.toSeconds() + " s; run it by hand: "
                        + String.join(" ", builder.command()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private String name() {
        return builder.command().getFirst();
    }
}

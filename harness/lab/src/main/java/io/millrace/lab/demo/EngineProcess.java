package io.millrace.lab.demo;

import io.millrace.lab.process.Program;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs {@code millrace run} as a process, with the same Java, options and classes as this process.
 *
 * <p>It holds the other end of the process's standard input, so that the engine ends when this process does, however
 * that happens. The engine does not hear Ctrl-C: the demo stops it when its traffic has come to an end.
 */
final class EngineProcess implements AutoCloseable {
    /** A shell that ignores SIGINT and then becomes the JVM by exec, which so ignores it, too. */
    private static final String DEAF_TO_CTRL_C = "trap '' INT; exec \"$0\" \"$@\"";

    private static final String ERROR_PREFIX = "millrace: ";
    private static final long POLL_MS = 10;
    private static final int LINES_KEPT = 20;

    private final Process process;
    private final PrintStream log;
    private final CountDownLatch running = new CountDownLatch(1);
    private final List<Thread> readers;
    private final List<String> lastErrors = new ArrayList<>();
    private volatile String statistics;

    private EngineProcess(Process process, PrintStream log) {
        this.process = process;
        this.log = log;
        readers = List.of(
                read("engine-out", process.getInputStream(), this::onStatistics),
                read("engine-err", process.getErrorStream(), this::onError));
    }

    /**
     * Starts it.
     *
     * @param launch    starts the process
     * @param mainClass the command line's
     * @param folder    where it runs
     * @param arguments what is typed after {@code millrace run}
     * @param log       receives its warnings and errors
     */
    static EngineProcess start(
            Program.Launch launch, String mainClass, Path folder, List<String> arguments, PrintStream log) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DEAF_TO_CTRL_C, java()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-agentlib:") && !option.startsWith("-javaagent:")) { // debuggers listen once
                command.add(option);
            }
        }
        command.addAll(program(mainClass));
        command.add("run");
        command.addAll(arguments);
        try {
            return new EngineProcess(launch.start(new ProcessBuilder(command).directory(folder.toFile())), log);
        } catch (IOException e) {
            throw new UncheckedIOException("the engine can't be started (" + e.getMessage() + "); run it again", e);
        }
    }

    /** The jar, whose manifest has options too, or else the class path. */
    private static List<String> program(String mainClass) {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? List.of("-jar", classPath)
                : List.of("-cp", classPath, mainClass);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Takes a line. */
    private interface Listener {
        void line(String text);
    }

    private static Thread read(String name, InputStream stream, Listener listener) {
        return Thread.ofPlatform().name(name).daemon(true).start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    listener.line(line);
                }
            } catch (IOException e) {
                // The process has ended.
            }
        });
    }

    private void onStatistics(String line) {
        statistics = line;
        running.countDown();
    }

    private void onError(String line) {
        synchronized (lastErrors) {
            lastErrors.add(line);
            if (lastErrors.size() > LINES_KEPT) {
                lastErrors.removeFirst();
            }
        }
        if (line.contains(" WARN ") || line.contains(" ERROR ")) {
            log.println("engine: " + line);
        }
    }

    /**
     * Waits until frames flow; returns false if the wait was ended before.
     *
     * @throws EngineEndedException if it ended instead, or took too long
     */
    boolean awaitRunning(long timeoutMs, BooleanSupplier stopped) {
        long startNs = System.nanoTime();
        try {
            while (!running.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                if (stopped.getAsBoolean()) {
                    return false;
                }
                requireAlive();
                if (System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                    throw new EngineEndedException(
                            1,
                            "the engine has not started after " + timeoutMs / 1000
                                    + " s; run it again, or with MILLRACE_VERBOSE=1");
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * What the engine said of itself at or after a time, for which it waits; with {@code --json-lines}.
     *
     * @param timeNs of {@link System#nanoTime}, which both processes share
     * @throws EngineEndedException if it has ended, or says nothing
     */
    EngineResult statisticsAfter(long timeNs, long timeoutMs) {
        long startNs = System.nanoTime();
        String looked = null;
        while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
            String line = statistics;
            if (line != looked) {
                looked = line;
                EngineResult said = EngineResult.parse(line);
                if (said.timeNs() - timeNs >= 0) {
                    return said;
                }
            }
            requireAlive();
            pause();
        }
        throw new EngineEndedException(
                1,
                "the engine has not told its statistics for " + timeoutMs / 1000
                        + " s; run it again, or with MILLRACE_VERBOSE=1");
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine is to tell its statistics", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** @throws EngineEndedException if it has ended */
    void requireAlive() {
        if (!process.isAlive()) {
            throw ended(process.exitValue());
        }
    }

    /**
     * Asks the engine to end in order, and waits.
     *
     * @throws EngineEndedException if it does not, or ends with another code than 0
     */
    void stop(long timeoutMs) {
        process.destroy();
        try {
            if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new EngineEndedException(
                        1,
                        "the engine did not stop within " + timeoutMs / 1000
                                + " s after SIGTERM and was killed; please report this");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine stops", e);
        }
        if (process.exitValue() != 0) {
            throw ended(process.exitValue());
        }
    }

    private EngineEndedException ended(int exitCode) {
        awaitReaders();
        synchronized (lastErrors) {
            for (String line : lastErrors.reversed()) {
                if (line.startsWith(ERROR_PREFIX)) {
                    return new EngineEndedException(
                            exitCode, "the engine ended: " + line.substring(ERROR_PREFIX.length()));
                }
            }
            return new EngineEndedException(
                    exitCode,
                    "the engine ended with code " + exitCode + "; its last words: "
                            + (lastErrors.isEmpty() ? "none" : String.join(" | ", lastErrors)));
        }
    }

    private void awaitReaders() {
        try {
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills the process if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(2, TimeUnit.SECONDS);
            process.getOutputStream().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.millrace.lab.vm;

import io.millrace.HostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** QEMU at work: its results as they come, its console, and its end. Used by one thread. */
final class VirtualMachine implements AutoCloseable {
    private static final long POLL_MS = 200;
    private static final long END_S = 15;
    private static final int LAST_LINES = 15;

    private final Process process;
    private final Path console;
    private final Consumer<String> consoleReader;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;
    private final Thread atExit;
    private long consoleShown;

    private VirtualMachine(Process process, Path console, Consumer<String> consoleReader) {
        this.process = process;
        this.console = console;
        this.consoleReader = consoleReader;
        reader = Thread.ofPlatform().name("vm-results").daemon(true).start(this::readLines);
        atExit = new Thread(process::destroyForcibly, "vm-end");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Boots.
     *
     * @param command       QEMU's
     * @param console       the file that it writes the console to
     * @param errors        a file for what QEMU itself complains of
     * @param consoleReader gets the console's lines, or null
     */
    static VirtualMachine boot(List<String> command, Path console, Path errors, Consumer<String> consoleReader) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            return new VirtualMachine(process, console, consoleReader);
        } catch (IOException e) {
            throw new HostException("QEMU can't be started (" + e.getMessage() + "); install qemu-system-x86", e);
        }
    }

    private void readLines() {
        try (BufferedReader text =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The process is gone.
        }
    }

    /**
     * Hands on each event of the guest's until the machine is off, or the time is over.
     *
     * @return whether it went off by itself
     */
    boolean run(Duration limit, Consumer<GuestEvent> listener) {
        long startNs = System.nanoTime();
        try {
            while (process.isAlive() || reader.isAlive() || !lines.isEmpty()) {
                String line = lines.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    GuestEvent.parse(line).ifPresent(listener);
                }
                showConsole();
                if (System.nanoTime() - startNs > limit.toNanos()) {
                    return false;
                }
            }
            showConsole();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Hands on what is new on the console; a line that is not whole yet waits. */
    private void showConsole() {
        if (consoleReader == null || !Files.exists(console)) {
            return;
        }
        String text = consoleText();
        int end = text.lastIndexOf('\n') + 1;
        if (end > consoleShown) {
            text.substring((int) consoleShown, end).lines().forEach(consoleReader);
            consoleShown = end;
        }
    }

    private String consoleText() {
        try {
            return Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The console's last lines. */
    List<String> lastWords() {
        List<String> all = consoleText().lines().filter(line -> !line.isBlank()).toList();
        return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
    }

    /** Ends it if it is there still. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(END_S, TimeUnit.SECONDS);
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The JVM is ending, and the process has ended.
        }
    }
}

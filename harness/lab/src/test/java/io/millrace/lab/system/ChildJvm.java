package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.lab.net.Namespace;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, with this one's class path, in a namespace: for what must be seen from outside, or killed. */
final class ChildJvm implements AutoCloseable {
    private static final long LIMIT_S = 40;
    /** A test run that was started to ignore them (nohup) would hand that on. */
    private static final List<String> HEARS_SIGNALS = List.of("env", "--default-signal=HUP,INT,TERM");
    /** Options that make the JVMs start faster; they need not be fast later. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

    /** The marker for the end of the output. */
    record Outcome(int code, String out, String err) {
        List<String> errorLines() {
            return ChildJvm.errorLines(err);
        }
    }

    /** Told apart by its identity. */
    private static final String END = new String("end of stdout");

    private final Process process;
    /** Lines of stdout that nobody has waited for, at their end {@link #END}. */
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();

    private final Path err;

    private ChildJvm(Process process, Path err) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
        this.err = err;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(out::add);
        } catch (IOException | UncheckedIOException e) {
            out.add(e.toString());
        } finally {
            out.add(END);
        }
    }

    /** The next line, or {@link #END}. */
    private String line() throws InterruptedException {
        String line = out.poll(LIMIT_S, TimeUnit.SECONDS);
        assertTrue(line != null, () -> "nothing said in " + LIMIT_S + " s; stderr: " + error());
        return line;
    }

    /** Starts a main class with arguments, behind a command such as {@code setpriv} if {@code prefix} has one. */
    static ChildJvm start(Namespace namespace, Path folder, List<String> prefix, List<String> classAndArguments)
            throws IOException {
        return start(namespace, folder, prefix, System.getProperty("java.class.path"), classAndArguments);
    }

    static ChildJvm start(
            Namespace namespace, Path folder, List<String> prefix, String classPath, List<String> classAndArguments)
            throws IOException {
        Path err = Files.createTempFile(folder, "err", ".txt");
        return new ChildJvm(namespace.start(process(folder, prefix, classPath, classAndArguments, err)), err);
    }

    /** Starts a main class in the network of the test itself. */
    static ChildJvm start(Path folder, List<String> prefix, List<String> classAndArguments) throws IOException {
        Path err = Files.createTempFile(folder, "err", ".txt");
        return new ChildJvm(
                process(folder, prefix, System.getProperty("java.class.path"), classAndArguments, err)
                        .start(),
                err);
    }

    private static ProcessBuilder process(
            Path folder, List<String> prefix, String classPath, List<String> classAndArguments, Path err) {
        List<String> command = new ArrayList<>(HEARS_SIGNALS);
        command.addAll(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.add("-cp");
        command.add(folder + File.pathSeparator + classPath);
        command.addAll(classAndArguments);
        return new ProcessBuilder(command).redirectError(err.toFile());
    }

    /** Waits until a line of stdout has the text. */
    void awaitLine(String fragment) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        String line = line();
        while (!line.contains(fragment)) {
            assertTrue(
                    line != END && System.nanoTime() - deadline < 0,
                    () -> "no line with '" + fragment + "'; stderr: " + error());
            line = line();
        }
    }

    /** What it has reported so far. */
    List<String> errorLines() {
        return errorLines(error());
    }

    private static List<String> errorLines(String err) {
        return err.lines().filter(line -> line.startsWith("millrace: ")).toList();
    }

    private String error() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Kills the process as kill -9 does; returns when the kernel has cleaned up after it. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS));
    }

    long pid() {
        return process.pid();
    }

    /** Sends it a signal, by its number. */
    void signal(int number) {
        Libc.kill((int) process.pid(), number);
    }

    /** Waits until a line of its stderr has the text. */
    void awaitError(String fragment) {
        Await.until("a line of stderr with '" + fragment + "'", () -> error().contains(fragment));
    }

    /** Sends a line to its stdin. */
    void tell(String line) throws IOException {
        process.outputWriter().write(line + "\n");
        process.outputWriter().flush();
    }

    Outcome await() throws Exception {
        StringBuilder text = new StringBuilder();
        for (String line = line(); line != END; line = line()) {
            text.append(line).append('\n');
        }
        assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), "ended");
        return new Outcome(process.exitValue(), text.toString(), error());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

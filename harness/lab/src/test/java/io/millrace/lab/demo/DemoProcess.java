package io.millrace.lab.demo;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.cli.Millrace;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs a demo as a process of its own, as a user does, with files for its output and a temporary folder. */
final class DemoProcess implements AutoCloseable {
    private static final long LIMIT_S = 90;
    private static final Pattern PROGRESS = Pattern.compile("(?m)^ +\\d+\\.\\d s +[\\d,]+ +[1-9]");
    private static final String PROGRAM_ID = "prog_id:";

    private static final List<String> NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
    /** A JVM's figures for jps are in /tmp, wherever its temporary files are. */
    private static final String NO_FILES_IN_TMP = "-XX:-UsePerfData";

    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** The same numbers on x86-64 and on 64-bit Arm. */
    private static final int SIGCONT = 18;

    private static final int SIGSTOP = 19;
    private static final long RUN_MS = 400;
    private static final long HALT_MS = 1_400;

    private final Path folder;
    private final Process process;

    private DemoProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts a demo whose JVMs compile little, so that the warm-up is soon over; for tests of how a demo starts and
     * ends.
     *
     * @param folder  empty
     * @param wrapper a command that runs what follows it, or nothing
     */
    static DemoProcess start(Path folder, List<String> wrapper, String... arguments) throws IOException {
        return start(folder, wrapper, QUICK, System.getProperty("java.class.path"), arguments);
    }

    /** Starts a demo with the compiler that users have; for tests of what a demo shows. The folder is empty. */
    static DemoProcess startCompiled(Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), List.of(), System.getProperty("java.class.path"), arguments);
    }

    /** Starts a demo as a user without special permissions. */
    static DemoProcess startAsNobody(Path folder, String... arguments) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return start(
                folder, NOBODY, QUICK, copiedClassPath(Files.createDirectory(folder.resolve("classes"))), arguments);
    }

    /** The class path may be below the home directory of whoever runs the tests. */
    private static String copiedClassPath(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            Path to = folder.resolve(copies.size() + "-" + from.getFileName());
            copies.add(to.toString());
            if (Files.exists(from)) {
                try (Stream<Path> files = Files.walk(from)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, to.resolve(from.relativize(file).toString()));
                    }
                }
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static DemoProcess start(
            Path folder, List<String> wrapper, List<String> options, String classPath, String... arguments)
            throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(NO_FILES_IN_TMP);
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-agentlib:") && !option.startsWith("-javaagent:")) {
                command.add(option);
            }
        }
        command.addAll(options);
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-cp", classPath, Millrace.class.getName(), "demo"));
        command.addAll(List.of(arguments));
        return new DemoProcess(
                folder,
                new ProcessBuilder(command)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start());
    }

    String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    /** Waits until traffic has flowed for about a second, and echoes have come. */
    void awaitTraffic() throws IOException {
        await("traffic", () -> {
            try {
                return !process.isAlive() || PROGRESS.matcher(out()).find();
            } catch (IOException e) {
                return false;
            }
        });
        if (!process.isAlive()) {
            throw new AssertionError("the demo ended: " + out() + err());
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("no " + what + " within " + LIMIT_S + " s");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Waits for its end; returns the exit code. */
    int end() throws InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the demo has not ended within " + LIMIT_S + " s");
        }
        return process.exitValue();
    }

    /** Waits until the engine has started and the warm-up begins. */
    void awaitWarmUp() {
        await("warm-up", () -> {
            try {
                return !process.isAlive() || out().contains("The engine runs");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /**
     * Waits for its end as {@link #end} does. Meanwhile it stops the engine again and again for longer than an echo is
     * waited for, as happens on a busy machine.
     */
    int endWhileTheEngineIsHalted() throws InterruptedException {
        int pid = (int) engine().pid();
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!process.waitFor(RUN_MS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("the demo has not ended within " + LIMIT_S + " s");
            }
            halt(pid);
        }
        return process.exitValue();
    }

    private void halt(int pid) throws InterruptedException {
        try {
            Libc.kill(pid, SIGSTOP);
            process.waitFor(HALT_MS, TimeUnit.MILLISECONDS);
            Libc.kill(pid, SIGCONT);
        } catch (SystemCallException e) {
            // The engine has ended.
        }
    }

    void signal(int signal) {
        Libc.kill((int) process.pid(), signal);
    }

    /** The engine's process. */
    ProcessHandle engine() {
        return process.children().findFirst().orElseThrow(() -> new AssertionError("the demo has no child process"));
    }

    /** Ids of the BPF programs that the demo and its engine hold. */
    Set<Integer> programs() throws IOException {
        Set<Integer> ids = new HashSet<>();
        for (long pid : new long[] {process.pid(), engine().pid()}) {
            try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fdinfo"))) {
                for (Path file : files.toList()) {
                    addProgram(file, ids);
                }
            }
        }
        return ids;
    }

    private static void addProgram(Path file, Set<Integer> ids) {
        try (Stream<String> lines = Files.lines(file)) {
            lines.filter(line -> line.startsWith(PROGRAM_ID))
                    .forEach(line -> ids.add(
                            Integer.parseInt(line.substring(PROGRAM_ID.length()).strip())));
        } catch (IOException | java.io.UncheckedIOException e) {
            // It has been closed meanwhile.
        }
    }

    /** Returns whether the kernel still has a program. */
    static boolean isLoaded(int programId) {
        int fd = bpf_h.bpf_prog_get_fd_by_id(programId);
        if (fd >= 0) {
            Libc.close(fd);
        }
        return fd >= 0;
    }

    /** What is left in its temporary folder. */
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
            return files.skip(1)
                    .map(Path::toString)
                    .filter(name -> !name.contains(File.separator + "hsperfdata"))
                    .toList();
        }
    }

    @Override
    public void close() {
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

package io.millrace.lab.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.lab.net.LocalSockets;
import io.millrace.lab.net.VethPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A running contender: its process, pinned to one CPU, in the receiving namespace. */
final class Receiver implements AutoCloseable {
    private static final int START_LIMIT_MS = 30_000;
    private static final int FREE_LIMIT_MS = 5_000;
    private static final int LOOK_MS = 50;
    private static final int SETTLE_MS = 300;
    private static final int STOP_LIMIT_S = 15;
    /** The queue of a receiver that has just ended is not free at once; until then bind returns EBUSY. */
    private static final int STARTS = 10;
    /** The exit code of all contenders for bad arguments or a bad config; trying again is useless. */
    private static final int WRONG_USAGE = 2;

    private final Contender contender;
    private final Suite suite;
    private final VethPair.End end;
    private final Process process;
    private final Path folder;
    private final boolean sleeps;
    private final String command;

    private Receiver(Contender contender, Task task, VethPair.End end, Process process, String command) {
        this.contender = contender;
        this.suite = task.suite();
        this.end = end;
        this.process = process;
        this.folder = task.folder();
        this.sleeps = task.mode() == Mode.WAIT;
        this.command = command;
    }

    /**
     * The result of a receiver.
     *
     * @param counts   what it counted
     * @param json     everything that it told at its end
     * @param progress what it told before that
     * @param pauses   the pauses of its JVM, or null if it is not a Java program
     * @param command  the command that it was started with, for people; see {@link #text}
     */
    record Result(Contender.Counts counts, Config json, List<Config> progress, Pauses pauses, String command) {}

    /** Starts a contender at the right end of a pair, and waits until it has its program or its socket there. */
    static Receiver start(Contender contender, Suite suite, Settings settings, VethPair pair, Path folder)
            throws IOException, InterruptedException {
        VethPair.End end = pair.right();
        Task task = new Task(
                suite,
                settings.mode(),
                end.interfaceName(),
                settings.queue(),
                settings.length(),
                end.ipv4(),
                settings.receiverCpu(),
                settings.generatorCpu(),
                spareCpus(settings),
                folder);
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(task.cpu())));
        command.addAll(contender.command(task));
        for (int i = 1; ; i++) {
            awaitFree(contender, suite.family(), end);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("stdout.txt").toFile())
                    .redirectError(folder.resolve("stderr.txt").toFile());
            Receiver receiver = new Receiver(
                    contender,
                    task,
                    end,
                    end.namespace().start(builder),
                    text(command, contender.config(task), folder));
            if (receiver.awaitReady()) {
                Thread.sleep(SETTLE_MS);
                return receiver;
            }
            receiver.close();
            if (i == STARTS || receiver.process.exitValue() == WRONG_USAGE) {
                throw new IOException(contender.name() + " did not start: " + receiver.lastWords());
            }
            Thread.sleep(SETTLE_MS);
        }
    }

    /**
     * Returns the command as it would be typed, with the config that it names. The turn's own folder, which changes
     * each time, is shown as DIR.
     */
    private static String text(List<String> command, String config, Path folder) {
        String line = command.stream()
                .map(word -> word.matches("[^\\s'\"$*&|;<>()]+") ? word : "'" + word + "'")
                .collect(Collectors.joining(" "));
        return (config.isEmpty() ? line : line + "\n\n" + config.strip()).replace(folder.toString(), "DIR");
    }

    private static List<Integer> spareCpus(Settings settings) {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .filter(cpu -> cpu != settings.receiverCpu() && cpu != settings.generatorCpu())
                .boxed()
                .toList();
    }

    /**
     * Waits for what the receiver before has left: an io_uring lets go of its socket a little after its process has
     * ended, and that socket must not be taken for the next one's. An XDP program that is still there would keep frames
     * from a packet socket.
     */
    private static void awaitFree(Contender contender, Family family, VethPair.End end) throws InterruptedException {
        for (int waited = 0;
                waited < FREE_LIMIT_MS
                        && (isReady(contender, family, end) || family == Family.AF_XDP && end.hasXdpProgram());
                waited += LOOK_MS) {
            Thread.sleep(LOOK_MS);
        }
    }

    private boolean awaitReady() throws InterruptedException {
        for (int waited = 0; waited < START_LIMIT_MS && process.isAlive(); waited += LOOK_MS) {
            if (isReady(contender, suite.family(), end)) {
                return true;
            }
            Thread.sleep(LOOK_MS);
        }
        return false;
    }

    private static boolean isReady(Contender contender, Family family, VethPair.End end) {
        return switch (family) {
            case AF_XDP ->
                contender.usesPacketSocket()
                        ? end.namespace().call(LocalSockets::hasPacketSocket)
                        : end.hasXdpProgram();
            case UDP -> end.namespace().call(() -> LocalSockets.isUdpBound(Task.PORT));
            case TCP -> end.namespace().call(() -> LocalSockets.isTcpListening(Task.PORT));
        };
    }

    /**
     * The CPU use of all its threads so far. A sleeping thread is ready as soon as something arrives, but only runs
     * when its CPU has woken up; that wait is not caused by others.
     */
    CpuUse cpuUse() throws IOException {
        CpuUse use = CpuUse.ofProcess(process.pid());
        return sleeps ? use.withoutWait() : use;
    }

    /** Its memory in bytes; 0 if it has ended. */
    long residentBytes() {
        return ResidentMemory.ofProcess(process.pid());
    }

    /** Ends the receiver in order and reads its counts. */
    Result stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
            throw new IOException(contender.name() + " does not end at SIGTERM: " + lastWords());
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    contender.name() + " ended with exit code " + process.exitValue() + ": " + lastWords());
        }
        try {
            List<Config> told = new ArrayList<>();
            for (String line : contender.translated(Files.readAllLines(folder.resolve("stdout.txt")))) {
                if (line.startsWith("{")) {
                    told.add(ConfigFactory.parseString(line));
                }
            }
            Path file = folder.resolve("result.json");
            Config json = Files.exists(file)
                    ? ConfigFactory.parseFile(file.toFile())
                    : told.isEmpty() ? ConfigFactory.empty() : told.removeLast();
            return new Result(contender.counts(suite, json), json, told, Pauses.read(folder), command);
        } catch (ConfigException e) {
            throw new IOException(contender.name() + " left no result, " + e.getMessage() + ": " + lastWords(), e);
        }
    }

    private String lastWords() throws IOException {
        return Files.readString(folder.resolve("stderr.txt"))
                .lines()
                .reduce("", (before, line) -> line)
                .replaceFirst("^millrace: ", "");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

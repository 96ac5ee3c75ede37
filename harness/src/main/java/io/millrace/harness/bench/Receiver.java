package io.millrace.harness.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.harness.net.VethPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contender at work: its process, pinned to one CPU, in the receiving namespace. */
final class Receiver implements AutoCloseable {
    private static final int START_LIMIT_MS = 30_000;
    private static final int LOOK_MS = 50;
    private static final int SETTLE_MS = 300;
    private static final int STOP_LIMIT_S = 15;
    /** The queue of a receiver that has just ended is not free at once: bind says EBUSY. */
    private static final int STARTS = 10;

    private final Contender contender;
    private final Process process;
    private final Path folder;

    private Receiver(Contender contender, Process process, Path folder) {
        this.contender = contender;
        this.process = process;
        this.folder = folder;
    }

    /** Starts it and waits until its program is on the interface. */
    static Receiver start(Contender contender, Suite suite, VethPair pair, int cpu, Path folder)
        throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpu)));
        command.addAll(contender.command(suite, pair.right().interfaceName(), cpu, folder));
        for (int i = 1; ; i++) {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(folder.resolve("stdout.txt").toFile())
                .redirectError(folder.resolve("stderr.txt").toFile());
            Receiver receiver = new Receiver(contender, pair.right().namespace().start(builder), folder);
            if (receiver.awaitProgram(pair)) {
                Thread.sleep(SETTLE_MS);
                return receiver;
            }
            receiver.close();
            if (i == STARTS) {
                throw new IOException(contender.name() + " did not start: " + receiver.lastWords());
            }
            Thread.sleep(SETTLE_MS);
        }
    }

    private boolean awaitProgram(VethPair pair) throws InterruptedException {
        for (int waited = 0; waited < START_LIMIT_MS && process.isAlive(); waited += LOOK_MS) {
            if (pair.right().hasXdpProgram()) {
                return true;
            }
            Thread.sleep(LOOK_MS);
        }
        return false;
    }

    /** Of all its threads so far. */
    CpuUse cpuUse() throws IOException {
        return CpuUse.ofProcess(process.pid());
    }

    /** Ends it in order and reads what it counted. */
    Contender.Counts stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
            throw new IOException(contender.name() + " does not end at SIGTERM: " + lastWords());
        }
        Path json = folder.resolve("result.json");
        String text = Files.exists(json) ? Files.readString(json)
            : Files.readString(folder.resolve("stdout.txt")).lines().filter(line -> line.startsWith("{"))
                .reduce("", (before, line) -> line);
        Files.deleteIfExists(json);
        try {
            Config counts = ConfigFactory.parseString(text);
            return contender.counts(counts);
        } catch (ConfigException e) {
            throw new IOException(contender.name() + " left no result: " + lastWords(), e);
        }
    }

    private String lastWords() throws IOException {
        return Files.readString(folder.resolve("stderr.txt")).lines().reduce("", (before, line) -> line);
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

package io.millrace.lab.bench;

import com.typesafe.config.Config;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code millrace run} in a JVM of its own, with this one's options and class path. */
final class EngineContender implements Contender {
    private static final String MAIN = "io.millrace.cli.Millrace";

    private final String name;
    private final EngineVariant variant;

    EngineContender(String name, EngineVariant variant) {
        this.name = name;
        this.variant = variant;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String settings(Mode mode) {
        return EngineConfig.settings(variant, mode);
    }

    @Override
    public boolean takesMerged() {
        return variant == EngineVariant.GSO;
    }

    @Override
    public boolean takesSegments() {
        return true;
    }

    @Override
    public void prepare() {
        // It runs from the classes of this process.
    }

    @Override
    public List<String> command(Task task) throws IOException {
        Path config = task.folder().resolve("engine.conf");
        Files.writeString(config, config(task));
        List<String> command = new ArrayList<>(program(Pauses.LOG_OPTION));
        command.addAll(List.of(
                "run",
                config.toString(),
                "--json",
                task.folder().resolve("result.json").toString(),
                "--json-lines")); // which tell the heap of the measured time, and take some CPU time, as a user's do
        return command;
    }

    /** The command line of this JVM, with further options for it, up to a command of Millrace's. */
    static List<String> program(String... options) {
        List<String> program = new ArrayList<>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        program.addAll(List.of(options));
        program.addAll(List.of("-cp", absoluteClassPath(), MAIN));
        return program;
    }

    @Override
    public String config(Task task) {
        return EngineConfig.of(variant, task);
    }

    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    @Override
    public Counts counts(Suite suite, Config json) {
        Config port = json.getConfig("ports.in");
        if (suite.family() == Family.TCP) {
            return new Counts(port.getLong("rx_bytes"), port.getLong("tx_bytes"), 0, 0, UNKNOWN);
        }
        long received = port.getLong("rx_frames");
        long returned =
                port.getLong("tx_frames") + (variant.outKeys() == null ? 0 : json.getLong("ports.out.tx_frames"));
        return suite.family() == Family.AF_XDP
                ? new Counts(
                        received,
                        returned,
                        port.getLong("kernel.rx_dropped")
                                + port.getLong("kernel.rx_ring_full")
                                + port.getLong("xdp.passed"),
                        0,
                        received)
                : new Counts(
                        received,
                        returned,
                        port.getLong("kernel.rx_dropped"),
                        notSent(port),
                        takesMerged() ? UNKNOWN : received);
    }

    /** Whatever the reason is called. */
    private static long notSent(Config port) {
        Config dropped = port.getConfig("dropped");
        return dropped.root().keySet().stream().mapToLong(dropped::getLong).sum();
    }
}

package io.millrace.harness.bench;

import com.typesafe.config.Config;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code millrace run} in a JVM of its own, with this one's options and class path. */
final class EngineContender implements Contender {
    private static final String MAIN = "io.millrace.harness.cli.Millrace";
    private static final String CONFIG = """
        millrace {
          engine { mode = inline, idle = %s, cpus { poller = %d } }
          ports {
            %s
          }
          pipeline = [%s]
        }
        """;
    private static final String XDP_PORT = "type = af-xdp, attach = native, copy = copy, batch = 64";
    private static final String SINK = "{ stage = count }, { stage = drop }";
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = %s }";

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
        return "idle = " + idle(mode) + (variant.note().isEmpty() ? "" : ", " + variant.note());
    }

    private static String idle(Mode mode) {
        return mode == Mode.BUSY ? "busy-spin" : "wait";
    }

    @Override
    public boolean takesMerged() {
        return variant == EngineVariant.GSO;
    }

    @Override
    public void prepare() {
        // It runs from the classes of this process.
    }

    @Override
    public List<String> command(Task task) throws IOException {
        Path config = task.folder().resolve("engine.conf");
        Files.writeString(config, config(task));
        List<String> command = new ArrayList<>(program());
        command.addAll(List.of("run", config.toString(), "--json", task.folder().resolve("result.json").toString()));
        return command;
    }

    /** The command line of this JVM, up to a command of Millrace's. */
    static List<String> program() {
        List<String> program = new ArrayList<>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        program.addAll(List.of("-cp", absoluteClassPath(), MAIN));
        return program;
    }

    String config(Task task) {
        boolean hasOut = variant.outKeys() != null;
        String ports = "in { " + port(task) + " }" + (hasOut ? "\n    out { " + outPort() + " }" : "");
        return String.format(Locale.ROOT, CONFIG, idle(task.mode()), task.cpu(), ports,
            task.suite().isEcho() ? String.format(Locale.ROOT, ECHO, hasOut ? "out" : "in") : SINK);
    }

    private String port(Task task) {
        String bind = "bind = \"" + task.address() + ":" + Task.PORT + "\"";
        return switch (task.suite().family()) {
            case AF_XDP -> XDP_PORT + ", interface = " + task.interfaceName() + ", queues = [" + task.queue() + "], "
                + variant.keys();
            case UDP -> "type = udp, " + bind + ", receive-buffer = 4MiB, frames = 4096, buffers = 1024" + ownKeys();
            case TCP -> "type = tcp, " + bind + ownKeys();
        };
    }

    /** The plain engine's are for AF_XDP alone. */
    private String ownKeys() {
        return variant == EngineVariant.PLAIN ? "" : ", " + variant.keys();
    }

    private String outPort() {
        return XDP_PORT + ", interface = " + Task.OUT_INTERFACE + ", accept = [\"arp\"], " + variant.outKeys();
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
        long returned = port.getLong("tx_frames")
            + (variant.outKeys() == null ? 0 : json.getLong("ports.out.tx_frames"));
        return suite.family() == Family.AF_XDP
            ? new Counts(received, returned, port.getLong("kernel.rx_dropped") + port.getLong("kernel.rx_ring_full")
                + port.getLong("xdp.passed"), 0, received)
            : new Counts(received, returned, port.getLong("kernel.rx_dropped"), notSent(port),
                takesMerged() ? UNKNOWN : received);
    }

    /** Whatever the reason is called. */
    private static long notSent(Config port) {
        Config dropped = port.getConfig("dropped");
        return dropped.root().keySet().stream().mapToLong(dropped::getLong).sum();
    }
}

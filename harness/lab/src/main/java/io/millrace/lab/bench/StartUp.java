package io.millrace.lab.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.millrace.lab.demo.TemporaryFolder;
import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.process.Program;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures how long an engine takes from the start of its process to the first handled frame. Each start is a process
 * of its own, at one end of a veth pair, while frames come in from the other end at a pace. The times are those of its
 * JSON.
 */
public final class StartUp {
    /** Frames are 100 microseconds apart, which is less than the resolution of the times. */
    private static final double RATE = 10_000;

    private static final int LENGTH = 64;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RUN = "200ms";
    private static final String CONFIG = """
        millrace {
          ports { in { type = af-xdp, interface = %s, accept = ["udp"] } }
          pipeline = [ { stage = count }, { stage = drop } ]
        }
        """;

    private final List<String> program;
    private final int generatorCpu;

    /**
     * The times of one start, in nanoseconds.
     *
     * @param toFirstFrameNs from the start of the process to the first frame out of the pipeline
     * @param toReadyNs      from the same to an engine that receives
     * @param toJvmNs        from the same to the JVM: the launcher's part
     * @param warmUpNs       part of {@code toReadyNs}: compiling the duty cycle
     * @param openNs         part of {@code toReadyNs}: opening the ports
     */
    public record Times(double toFirstFrameNs, double toReadyNs, double toJvmNs, double warmUpNs, double openNs) {}

    private StartUp(List<String> program, int generatorCpu) {
        this.program = program;
        this.generatorCpu = generatorCpu;
    }

    /**
     * Starts the engine by the launcher, as users do, with its start-up cache.
     *
     * @param lab          the lab's folder in the source tree
     * @param generatorCpu the CPU that the sender is pinned to
     */
    public static StartUp byLauncher(Path lab, int generatorCpu) {
        return new StartUp(List.of(lab.resolveSibling("millrace").toString()), generatorCpu);
    }

    /** Starts the engine by a Java command with the options and classes of this process. */
    public static StartUp byJava(int generatorCpu) {
        return new StartUp(EngineContender.program(), generatorCpu);
    }

    /** Starts the engine a number of times, one after the other. Needs root. */
    public List<Times> measure(int times) throws IOException, InterruptedException {
        List<Times> starts = new ArrayList<>();
        Settings settings = new Settings(times, 1, 0, 0, LENGTH, RATE, 0, generatorCpu, 1, 0, Mode.WAIT);
        try (Namespace left = Namespace.create("start-sender");
                Namespace right = Namespace.create("start-receiver");
                VethPair pair = VethPair.between(left, right)
                        .withoutIpv6()
                        .receiveWithoutProgram()
                        .create();
                Generator generator = Generator.open(pair, frame(pair), settings)) {
            generator.start();
            for (int i = 0; i < times; i++) {
                try (TemporaryFolder folder = TemporaryFolder.create("millrace-start")) {
                    starts.add(start(pair.right(), folder.path()));
                }
            }
        }
        return starts;
    }

    private static FrameTemplate frame(VethPair pair) {
        return FrameTemplate.udp()
                .macs(Generator.NOBODY_MAC, pair.right().mac())
                .ips(pair.left().ipv4Address(), Generator.NOBODY_IP)
                .length(LENGTH)
                .build();
    }

    private Times start(VethPair.End end, Path folder) throws IOException {
        Path config = Files.writeString(
                folder.resolve("engine.conf"), String.format(Locale.ROOT, CONFIG, end.interfaceName()));
        Path json = folder.resolve("result.json");
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("run", config.toString(), "--duration", RUN, "--json", json.toString()));
        Program.Outcome outcome = Program.of(command)
                .in(folder)
                .startedBy(end.namespace()::start)
                .within(LIMIT)
                .runApart();
        if (!outcome.isFine()) {
            throw new IOException(
                    "the engine did not run: " + outcome.err().lines().reduce("", (before, line) -> line));
        }
        return times(ConfigFactory.parseFile(json.toFile()).getConfig("start"));
    }

    private static Times times(Config start) throws IOException {
        try {
            return new Times(
                    start.getLong("to_first_frame_ns"),
                    start.getLong("to_ready_ns"),
                    start.getLong("process_to_jvm_ns"),
                    start.getLong("warm_up_ns"),
                    start.getLong("open_ns"));
        } catch (ConfigException e) {
            throw new IOException(
                    "the engine ran, but no frame came to it: " + start.root().unwrapped(), e);
        }
    }
}

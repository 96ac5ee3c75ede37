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
public final class EngineContender implements Contender {
    private static final String MAIN = "io.millrace.harness.cli.Millrace";
    private static final String CONFIG = """
        millrace {
          engine { mode = inline, idle = busy-spin, cpus { poller = %d } }
          ports {
            ingress {
              type = af-xdp
              interface = %s
              queues = [0]
              attach = native
              copy = copy
              batch = 64
              accept = []
            }
          }
          pipeline = [%s]
        }
        """;

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public List<String> command(Suite suite, String interfaceName, int cpu, Path folder) throws IOException {
        String pipeline = suite == Suite.AFXDP_RX ? "{ stage = count }, { stage = drop }"
            : "{ stage = reflect }, { stage = forward, to = ingress }";
        Path config = folder.resolve("engine.conf");
        Files.writeString(config, String.format(Locale.ROOT, CONFIG, cpu, interfaceName, pipeline));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", absoluteClassPath(), MAIN, "run", config.toString(),
            "--json", folder.resolve("result.json").toString()));
        return command;
    }

    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    @Override
    public Counts counts(Config json) {
        Config port = json.getConfig("ports.ingress");
        return new Counts(port.getLong("rx_frames"), port.getLong("tx_frames"),
            port.getLong("kernel.rx_dropped") + port.getLong("kernel.rx_ring_full") + port.getLong("xdp.passed"));
    }
}

package io.millrace.harness.bench;

import com.typesafe.config.Config;
import io.millrace.engine.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The plain C program on libxdp, {@code harness/peers/xdpsock-mini}, compiled when it is first needed. */
public final class CContender implements Contender {
    private final String name;
    private final Path harness;

    /**
     * Under a name of its own, so that it can run against itself: the spread that ratios have by nature.
     *
     * @param harness the harness's folder in the source tree
     */
    public CContender(String name, Path harness) {
        this.name = name;
        this.harness = harness;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> command(Suite suite, String interfaceName, int cpu, Path folder) throws IOException {
        Path output = harness.resolve("target/peers");
        build(output);
        return List.of(output.resolve("xdpsock-mini").toString(),
            suite == Suite.AFXDP_RX ? "rxdrop" : "reflect", interfaceName);
    }

    private void build(Path output) throws IOException {
        Process build = new ProcessBuilder(harness.resolve("peers/xdpsock-mini/build").toString(), output.toString())
            .redirectErrorStream(true).start();
        String log = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (build.waitFor() != 0) {
                throw new HostException("the C peer does not compile; install gcc, libxdp-dev and libbpf-dev: " + log,
                    null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling the C peer", e);
        }
    }

    @Override
    public Counts counts(Config json) {
        return new Counts(json.getLong("rx_frames"), json.getLong("tx_frames"),
            json.getLong("rx_dropped") + json.getLong("rx_ring_full"));
    }
}

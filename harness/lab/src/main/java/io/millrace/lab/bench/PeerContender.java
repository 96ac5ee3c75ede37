package io.millrace.lab.bench;

import com.typesafe.config.Config;
import io.millrace.lab.process.PeerProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program of {@code harness/lab/peers}. All of them print their counts in the same format. */
class PeerContender implements Contender {
    /** How to start the program, and its description. */
    interface Start {
        /** Its command line. */
        List<String> command(Path program, Task task);
    }

    private final String name;
    private final PeerProgram program;
    private final Path lab;
    private final Map<Mode, String> settings;
    private final Start start;
    private final boolean merged;
    private Path built;

    /**
     * Makes a contender under a name of its own, so that a program can run against itself, which shows the natural
     * spread of ratios.
     *
     * @param lab      the lab's folder in the source tree
     * @param settings what it does in each mode, in some words
     * @param merged   whether it takes merged datagrams
     */
    PeerContender(String name, PeerProgram program, Path lab, Map<Mode, String> settings, boolean merged, Start start) {
        this.name = name;
        this.program = program;
        this.lab = lab;
        this.settings = settings;
        this.merged = merged;
        this.start = start;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String settings(Mode mode) {
        return settings.get(mode);
    }

    @Override
    public boolean takesMerged() {
        return merged;
    }

    @Override
    public void prepare() throws IOException {
        built = program.build(lab);
    }

    @Override
    public List<String> command(Task task) {
        if (built == null) {
            throw new IllegalStateException(name + " has not been built; prepare it first");
        }
        return start.command(built, task);
    }

    @Override
    public Counts counts(Suite suite, Config json) {
        if (suite.family() == Family.TCP) {
            return new Counts(json.getLong("rx_bytes"), json.getLong("tx_bytes"), 0, 0, UNKNOWN);
        }
        long received = json.getLong("rx_frames");
        return new Counts(
                received,
                json.getLong("tx_frames"),
                optional(json, "rx_dropped") + optional(json, "rx_ring_full"),
                optional(json, "tx_failed"),
                json.hasPath("rx_merged") ? json.getLong("rx_merged") : received);
    }

    private static long optional(Config json, String name) {
        return json.hasPath(name) ? json.getLong(name) : 0;
    }
}

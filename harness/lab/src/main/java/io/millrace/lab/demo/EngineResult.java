package io.millrace.lab.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The statistics that {@code run} wrote, at its end or while it was running. */
final class EngineResult {
    /** Everything that grows by traffic; a group stands for all its numbers. */
    private static final List<String> FLOWS = Stream.concat(
                    Stream.of("duration_ns", "alloc_bytes", "stages", "uring"),
                    Stream.of(
                                    "rx_frames",
                                    "rx_bytes",
                                    "tx_frames",
                                    "tx_bytes",
                                    "tx_lost",
                                    "consumed",
                                    "forwarded",
                                    "copied",
                                    "dropped",
                                    "kernel",
                                    "socket",
                                    "multi_buffer",
                                    "xdp",
                                    "wakeups")
                            .map(name -> "ports." + DemoConfig.PORT + '.' + name))
            .toList();

    private final Config root;
    private final Config port;

    private EngineResult(Config root) {
        this.root = root;
        this.port = root.getConfig("ports." + DemoConfig.PORT);
    }

    static EngineResult read(Path json) {
        return new EngineResult(ConfigFactory.parseFile(
                json.toFile(),
                ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setAllowMissing(false)));
    }

    static EngineResult parse(String json) {
        return new EngineResult(
                ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
    }

    /** The time of the line, by {@link System#nanoTime}; only for a line of {@code --json-lines}. */
    long timeNs() {
        return root.getLong("time_ns");
    }

    /** Returns these statistics, in which all counters of traffic only have what flowed since. */
    EngineResult since(EngineResult before) {
        Map<String, Object> tree = new LinkedHashMap<>(tree());
        FLOWS.forEach(path -> subtract(tree, before.tree(), path.split("\\.")));
        return new EngineResult(ConfigFactory.parseMap(tree));
    }

    private static void subtract(Map<String, Object> tree, Map<String, Object> before, String[] path) {
        Object value = tree.get(path[0]);
        Object old = before.get(path[0]);
        if (path.length == 1 && value instanceof Number now && old instanceof Number then) {
            tree.put(path[0], now.longValue() - then.longValue());
        } else if (value instanceof Map<?, ?> inner && old instanceof Map<?, ?> oldInner) {
            tree.put(
                    path[0],
                    difference(inner, oldInner, path.length == 1 ? null : Arrays.copyOfRange(path, 1, path.length)));
        }
    }

    /** @param path of what is subtracted, or null: all numbers there are */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> difference(Map<?, ?> inner, Map<?, ?> before, String[] path) {
        Map<String, Object> copy = new LinkedHashMap<>((Map<String, Object>) inner);
        for (String key : path == null ? List.copyOf(copy.keySet()) : List.of(path[0])) {
            subtract(copy, (Map<String, Object>) before, path == null ? new String[] {key} : path);
        }
        return copy;
    }

    /** A number of the port, by its path: {@code kernel.rx_dropped}. */
    long port(String path) {
        return port.getLong(path);
    }

    String attach() {
        return port.getString("attach");
    }

    String copy() {
        return port.getString("copy");
    }

    long allocatedBytes() {
        return root.getLong("alloc_bytes");
    }

    /** All statistics, as they were read. */
    Map<String, Object> tree() {
        return root.root().unwrapped();
    }
}

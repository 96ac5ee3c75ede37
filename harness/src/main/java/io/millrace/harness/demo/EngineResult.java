package io.millrace.harness.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.nio.file.Path;
import java.util.Map;

/** The statistics that {@code run --json} wrote. */
final class EngineResult {
    private final Config root;
    private final Config port;

    private EngineResult(Config root) {
        this.root = root;
        this.port = root.getConfig("ports." + DemoConfig.PORT);
    }

    static EngineResult read(Path json) {
        return new EngineResult(ConfigFactory.parseFile(json.toFile(),
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setAllowMissing(false)));
    }

    static EngineResult parse(String json) {
        return new EngineResult(
            ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
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

    /** All of it, as it was read. */
    Map<String, Object> tree() {
        return root.root().unwrapped();
    }
}

package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Mode;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.StageSharing;
import io.millrace.spi.config.ValueText;
import java.util.List;

/**
 * Makes settings of resolved HOCON: reads the blocks one after the other, then checks what they say about each other.
 */
final class ConfigReader {
    private final PortTypes types;
    private final Problems problems = new Problems();

    private ConfigReader(PortTypes types) {
        this.types = types;
    }

    static EngineConfig read(Config config, String origin, PortTypes types) {
        return new ConfigReader(types).readRoot(config.root(), origin);
    }

    private EngineConfig readRoot(ConfigObject file, String origin) {
        SettingsBlock root = root(file, origin);
        root.reportUnknown(RootNames.INSIDE);
        Settings engine = readEngine(root);
        Settings leases = SettingsReader.read(LeaseKeys.BLOCK, root.block(LeaseKeys.BLOCK.name()));
        PortReader portReader = new PortReader(root, engine, types);
        List<PortSettings> ports = portReader.read();
        PipelineReader pipelineReader =
                new PipelineReader(root, portReader.names(), new FramerRule(problems, portReader.hasStreams(), types));
        List<StageGroup> pipeline = pipelineReader.read();
        problems.throwIfAny();
        return new EngineConfig(engine, leases, ports, pipeline, pipelineReader.line(), origin);
    }

    /**
     * Other keys beside {@code millrace} are allowed: they are other programs' settings, or what substitutions refer
     * to.
     */
    private SettingsBlock root(ConfigObject file, String origin) {
        String name = RootNames.MILLRACE;
        ConfigValue millrace = file.get(name);
        if (millrace instanceof ConfigObject block) {
            return new SettingsBlock(block, "", SourceLine.of(block.origin()), problems);
        }
        SourceLine line = new SourceLine(origin, 0);
        if (millrace != null) {
            throw new ConfigException(
                    SourceLine.of(millrace.origin()),
                    name + " is " + ValueText.of(millrace) + "; write a block, millrace { … }");
        }
        if (RootNames.INSIDE.stream().anyMatch(file::containsKey)) {
            throw new ConfigException(line, "no block 'millrace'; put everything into millrace { … }");
        }
        String nearest = file.keySet().stream()
                .filter(key -> NearestName.to(key, List.of(name)) != null)
                .findFirst()
                .orElse(null);
        throw nearest == null
                ? new ConfigException(line, "no block 'millrace'; write millrace { … }")
                : new ConfigException(
                        SourceLine.of(file.get(nearest).origin()),
                        "no block 'millrace', but " + ValueText.quoted(nearest) + "; did you mean 'millrace'?");
    }

    private Settings readEngine(SettingsBlock root) {
        int before = problems.count();
        Settings engine = SettingsReader.read(types.engineKeys(), root.block(EngineKeys.BLOCK.name()));
        boolean perQueue = engine.get(EngineKeys.POLLERS) == Pollers.PER_QUEUE;
        if (engine.get(EngineKeys.STAGES) == StageSharing.SHARED
                && (!perQueue || engine.get(EngineKeys.MODE) == Mode.INLINE)) {
            problems.add(
                    engine,
                    EngineKeys.STAGES,
                    "is shared, which is for several pollers in pipelined mode; set pollers to"
                            + " per-queue and mode to pipelined, or leave it out");
        }
        if (perQueue && engine.get(EngineKeys.POLLER_CPU).isPresent()) {
            problems.add(
                    engine, EngineKeys.POLLER_CPU, "is for one poller, but pollers is per-queue; use cpus.pollers");
        }
        if (!perQueue && !engine.get(EngineKeys.POLLER_CPUS).isEmpty()) {
            problems.add(
                    engine, EngineKeys.POLLER_CPUS, "is for a poller a queue, but pollers is one; use cpus.poller");
        }
        if (problems.count() == before) {
            for (PortType type : types.all()) {
                type.checkEngine(engine, problems);
            }
        }
        return engine;
    }
}

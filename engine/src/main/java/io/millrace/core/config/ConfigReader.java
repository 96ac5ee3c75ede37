package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.ConfigException;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.Problems;
import io.millrace.spi.config.SourceLine;
import io.millrace.spi.config.ValueText;
import java.util.List;

/** From resolved HOCON to settings: the blocks, one after the other, then what they say about each other. */
final class ConfigReader {
    private final Problems problems = new Problems();

    private ConfigReader() {}

    static MillraceConfig read(Config config, String origin) {
        return new ConfigReader().readRoot(config.root(), origin);
    }

    private MillraceConfig readRoot(ConfigObject file, String origin) {
        SettingsBlock root = root(file, origin);
        root.reportUnknown(Section.ROOT);
        EngineSettings engine = readEngine(root.block(Section.ENGINE.blockName()));
        LeaseSettings leases = readLeases(root.block(Section.LEASES.blockName()));
        PortReader portReader = new PortReader(root, engine);
        List<PortSettings> ports = portReader.read();
        PipelineReader pipelineReader = new PipelineReader(root, portReader.names(), portReader.hasStreams());
        List<StageGroup> pipeline = pipelineReader.read();
        problems.throwIfAny();
        return new MillraceConfig(engine, leases, ports, pipeline, pipelineReader.line(), origin);
    }

    /** Keys beside {@code millrace} may stand there: other programs' settings, and what substitutions refer to. */
    private SettingsBlock root(ConfigObject file, String origin) {
        String name = Section.ROOT.blockName();
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
        if (Section.ROOT.knownNames().stream().anyMatch(file::containsKey)) {
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

    private static EngineSettings readEngine(SettingsBlock block) {
        block.reportUnknown(Section.ENGINE);
        SettingsBlock cpus = block.block(Section.CPUS.blockName());
        cpus.reportUnknown(Section.CPUS);
        Pollers pollers = block.get(EngineKeys.POLLERS);
        StageSharing stages = block.get(EngineKeys.STAGES);
        if (stages == StageSharing.SHARED && (pollers == Pollers.ONE || block.get(EngineKeys.MODE) == Mode.INLINE)) {
            block.problem(
                    EngineKeys.STAGES,
                    "is shared, which is for several pollers in pipelined mode; set pollers to"
                            + " per-queue and mode to pipelined, or leave it out");
        }
        return new EngineSettings(
                block.get(EngineKeys.MODE),
                block.get(EngineKeys.RING_SIZE),
                block.get(EngineKeys.WAIT_STRATEGY),
                block.get(EngineKeys.IDLE),
                pollers,
                stages,
                readCpus(cpus, pollers),
                block.get(EngineKeys.ON_ERROR),
                block.get(EngineKeys.DRAIN_TIMEOUT),
                block.get(EngineKeys.STUCK_AFTER),
                block.get(EngineKeys.STATE_DIR),
                readUring(block.block(Section.URING.blockName())));
    }

    private static CpuPlan readCpus(SettingsBlock cpus, Pollers pollers) {
        CpuPlan plan = new CpuPlan(
                cpus.get(EngineKeys.POLLER_CPU), cpus.get(EngineKeys.POLLER_CPUS), cpus.get(EngineKeys.STAGE_CPUS));
        if (pollers == Pollers.PER_QUEUE && plan.poller().isPresent()) {
            cpus.problem(EngineKeys.POLLER_CPU, "is for one poller, but pollers is per-queue; use cpus.pollers");
        }
        if (pollers == Pollers.ONE && !plan.pollers().isEmpty()) {
            cpus.problem(EngineKeys.POLLER_CPUS, "is for a poller a queue, but pollers is one; use cpus.poller");
        }
        return plan;
    }

    private static UringSettings readUring(SettingsBlock block) {
        block.reportUnknown(Section.URING);
        int before = block.problems().count();
        UringSettings uring = new UringSettings(
                block.get(EngineKeys.SUBMISSION),
                block.get(EngineKeys.COMPLETION),
                block.get(EngineKeys.SQPOLL),
                block.get(EngineKeys.SQPOLL_CPU),
                block.get(EngineKeys.SQPOLL_IDLE),
                block.get(EngineKeys.BUSY_POLL),
                block.get(EngineKeys.MIN_WAIT));
        int least = 2 * uring.submission();
        if (block.problems().count() == before && uring.completion() < least) {
            block.problem(
                    EngineKeys.COMPLETION,
                    "is " + uring.completion() + ", less than twice submission, " + uring.submission() + "; use "
                            + least + " or more");
        }
        return uring;
    }

    private static LeaseSettings readLeases(SettingsBlock block) {
        block.reportUnknown(Section.LEASES);
        return new LeaseSettings(block.get(EngineKeys.LEASES_MAX), block.get(EngineKeys.LEASES_TRACK));
    }
}

package io.millrace.core.config;

import io.millrace.ConfigException;
import io.millrace.MillraceConfig;
import io.millrace.SourceLine;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The config that an engine is built from: every value is resolved and validated; immutable. Two configs are equal if
 * they say the same, whatever file they come from.
 *
 * @param engine       the values of {@link EngineKeys}, and of blocks that port types add to them
 * @param leases       the values of {@link LeaseKeys}
 * @param ports        in the order of the file
 * @param pipeline     in the order that frames take; may be empty, see {@link #requireStages}
 * @param pipelineLine where the pipeline was configured
 * @param origin       the file, or {@code config}
 */
public record EngineConfig(
        Settings engine,
        Settings leases,
        List<PortSettings> ports,
        List<StageGroup> pipeline,
        SourceLine pipelineLine,
        String origin)
        implements MillraceConfig {

    public EngineConfig {
        ports = List.copyOf(ports);
        pipeline = List.copyOf(pipeline);
    }

    /**
     * Reads a file without overrides.
     *
     * @throws ConfigException if the file can't be read or used
     */
    public static EngineConfig load(Path file) {
        return load(file, Map.of());
    }

    /**
     * Reads a file.
     *
     * @param overrides values that replace the file's, by path inside {@code millrace}, as in {@code engine.mode ->
     *                  inline}; the values are HOCON
     * @throws ConfigException if the file can't be read or used
     */
    public static EngineConfig load(Path file, Map<String, String> overrides) {
        return ConfigReader.read(HoconText.read(file, overrides), file.toString(), PortTypes.found());
    }

    /**
     * Reads a text; its lines are called {@code config:LINE}.
     *
     * @throws ConfigException if it can't be used
     */
    public static EngineConfig parse(String hocon) {
        String origin = "config";
        return ConfigReader.read(HoconText.parse(hocon, origin), origin, PortTypes.found());
    }

    /**
     * Checks that there is a stage. An engine needs one, from its config or from {@code Engine.Builder.stage}.
     *
     * @throws ConfigException if the pipeline is empty
     */
    public void requireStages() {
        if (pipeline.isEmpty()) {
            throw new ConfigException(
                    pipelineLine,
                    "the pipeline is empty; add a stage, as in pipeline = [" + PipelineReader.EXAMPLE + "]");
        }
    }

    @Override
    public void requireLoadable() {
        pipeline.forEach(group -> group.stages().forEach(StageSpec::requireLoadable));
    }

    @Override
    public List<String> portNames() {
        return ports.stream().map(PortSettings::name).toList();
    }

    @Override
    public List<String> warnings() {
        return ports.stream().flatMap(port -> port.warnings().stream()).toList();
    }

    /** The port of that name; null if there is none. */
    public PortSettings port(String name) {
        return ports.stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public String render() {
        return new ConfigRenderer().render(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EngineConfig that
                && engine.equals(that.engine)
                && leases.equals(that.leases)
                && ports.equals(that.ports)
                && pipeline.equals(that.pipeline);
    }

    @Override
    public int hashCode() {
        return Objects.hash(engine, leases, ports, pipeline);
    }
}

package io.millrace.core;

import com.typesafe.config.ConfigFactory;
import io.millrace.ConfigException;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.config.StageGroup;
import io.millrace.core.config.StageSpec;
import io.millrace.core.stage.FramingStage;
import io.millrace.spi.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The stages of one lane, made and configured. That touches nothing of the host.
 *
 * @param groups  the stages in pipeline order; those of a group run in parallel
 * @param framing how ports cut their byte streams into messages; null if they do not
 */
record LaneStages(List<List<Named>> groups, Framing framing) {
    /** A stage with its name. */
    record Named(String name, Stage stage) {}

    /**
     * @param own       the program's own stages, which come before the config's
     * @param directory finds the ports and connections that stages act on
     */
    static LaneStages configure(EngineConfig config, Map<String, Supplier<Stage>> own, PortDirectory directory) {
        List<List<Named>> groups = new ArrayList<>();
        own.forEach((name, supplier) -> {
            Stage stage = supplier.get();
            stage.configure(new SetUpContext(name, ConfigFactory.empty(), config.ports(), directory));
            groups.add(List.of(new Named(name, stage)));
        });
        Framing framing = null;
        for (StageGroup group : config.pipeline()) {
            List<Named> members = new ArrayList<>();
            for (StageSpec spec : group.stages()) {
                if (own.containsKey(spec.name())) {
                    throw new ConfigException(
                            spec.line(),
                            "stage " + spec.name() + " has the name of one that the"
                                    + " program adds itself; give one of them another name");
                }
                Stage stage = configured(spec, config, directory);
                framing = stage instanceof FramingStage asks ? asks.framing() : framing;
                members.add(new Named(spec.name(), stage));
            }
            groups.add(members);
        }
        return new LaneStages(groups, framing);
    }

    private static Stage configured(StageSpec spec, EngineConfig config, PortDirectory directory) {
        Stage stage = spec.newStage();
        try {
            stage.configure(new SetUpContext(spec.name(), spec.config(), config.ports(), directory));
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException(
                    spec.line(), "stage " + spec.name() + " refuses its settings: " + e.getMessage(), e);
        }
        return stage;
    }
}

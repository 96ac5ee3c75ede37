package io.millrace.core;

import com.typesafe.config.ConfigFactory;
import io.millrace.ConfigException;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.config.StageGroup;
import io.millrace.core.config.StageSpec;
import io.millrace.core.path.OwnWork;
import io.millrace.core.stage.FramingStage;
import io.millrace.spi.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * The stages of one lane, made and configured. That touches nothing of the host.
 *
 * @param groups  the stages in pipeline order; those of a group run in parallel
 * @param framing how ports cut their byte streams into messages; null if they do not
 */
record LaneStages(List<List<Named>> groups, Framing framing) {
    /** A stage with its name and what it does beside handling frames. */
    record Named(String name, Stage stage, OwnWork ownWork) {}

    /**
     * @param own       the program's own stages, which come before the config's
     * @param directory finds the ports and connections that stages act on
     * @param clock     the time of the stages' timers
     */
    static LaneStages configure(
            EngineConfig config, Map<String, Supplier<Stage>> own, PortDirectory directory, NanoClock clock) {
        List<List<Named>> groups = new ArrayList<>();
        own.forEach((name, supplier) -> {
            Stage stage = supplier.get();
            SetUpContext context =
                    new SetUpContext(name, ConfigFactory.empty(), config.ports(), directory, new OwnWork(clock));
            stage.configure(context);
            groups.add(List.of(context.configured(stage)));
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
                Named member = configured(
                        spec,
                        new SetUpContext(spec.name(), spec.config(), config.ports(), directory, new OwnWork(clock)));
                framing = member.stage() instanceof FramingStage asks ? asks.framing() : framing;
                members.add(member);
            }
            groups.add(members);
        }
        return new LaneStages(groups, framing);
    }

    private static Named configured(StageSpec spec, SetUpContext context) {
        Stage stage = spec.newStage();
        try {
            stage.configure(context);
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigException(
                    spec.line(), "stage " + spec.name() + " refuses its settings: " + e.getMessage(), e);
        }
        return context.configured(stage);
    }
}

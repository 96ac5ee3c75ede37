package io.millrace.core.stage;

import com.typesafe.config.Config;
import io.millrace.Stage;
import java.util.List;
import java.util.function.Function;

/**
 * A stage that comes with the engine.
 *
 * @param kind     its name in a pipeline: {@code { stage = KIND }}
 * @param options  the keys that it takes beside {@code stage}
 * @param meaning  one line for the reference
 * @param isFramer whether it makes {@link FramingStage}s, which come first in the pipeline and need a port that has
 *                 streams
 * @param factory  makes a stage from its options, which are complete and have been checked
 */
public record BuiltInStage(
        String kind, List<StageOption> options, String meaning, boolean isFramer, Function<Config, Stage> factory) {

    public BuiltInStage {
        options = List.copyOf(options);
    }

    BuiltInStage(String kind, List<StageOption> options, String meaning, Function<Config, Stage> factory) {
        this(kind, options, meaning, false, factory);
    }
}

package io.millrace.engine.stage;

import com.typesafe.config.Config;
import io.millrace.engine.Stage;

import java.util.List;
import java.util.function.Function;

/**
 * A stage that comes with the engine.
 *
 * @param kind    its name in a pipeline: {@code { stage = KIND }}
 * @param options the keys that it takes beside {@code stage}
 * @param meaning one line for the reference
 * @param factory makes one from its options, which have been checked
 */
public record BuiltInStage(String kind, List<PortOption> options, String meaning, Function<Config, Stage> factory) {
}

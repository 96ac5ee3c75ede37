package io.millrace.core.config;

import com.typesafe.config.Config;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.Stage;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.core.stage.StageLoadException;
import io.millrace.core.stage.UserStages;

/**
 * One stage of the pipeline.
 *
 * @param name      unique in the engine: {@code count}, {@code count-2}
 * @param kind      the built-in stage, or null for a user's stage
 * @param className the user's class, or null for a built-in stage
 * @param config    the stage's own settings, empty if there are none
 * @param line      where the stage was configured
 */
public record StageSpec(String name, String kind, String className, Config config, SourceLine line) {

    /**
     * Makes the stage without configuring it.
     *
     * @throws ConfigException if the class can't be loaded or is not a stage
     */
    public Stage newStage() {
        if (kind != null) {
            return BuiltInStages.find(kind).factory().apply(config);
        }
        try {
            return UserStages.load(className);
        } catch (StageLoadException e) {
            throw new ConfigException(line, e.getMessage(), e);
        }
    }

    /**
     * Checks that the class can be loaded and is a stage, without making an instance.
     *
     * @throws ConfigException if it can't be loaded or is not a stage
     */
    public void requireLoadable() {
        if (className != null) {
            try {
                UserStages.find(className);
            } catch (StageLoadException e) {
                throw new ConfigException(line, e.getMessage(), e);
            }
        }
    }
}

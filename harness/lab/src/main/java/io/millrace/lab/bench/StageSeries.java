package io.millrace.lab.bench;

import com.typesafe.config.Config;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.core.stage.BuiltInStages;

/**
 * Runs some built-in stages as one stage, on one thread: the same work on fewer threads. Its {@code config} has their
 * names as {@code stages}, and beside that the options of all of them.
 */
public final class StageSeries implements Stage {
    private Stage[] stages = {};

    /** Called by the engine, which then configures it. */
    public StageSeries() {}

    @Override
    public void configure(StageContext context) {
        Config config = context.config();
        stages = config.getStringList("stages").stream()
                .map(kind -> BuiltInStages.find(kind).factory().apply(config))
                .toArray(Stage[]::new);
        for (Stage stage : stages) {
            stage.configure(context);
        }
    }

    @Override
    public void onFrame(Frame frame) throws Exception {
        for (Stage stage : stages) {
            stage.onFrame(frame);
        }
    }

    @Override
    public void onBatchEnd() {
        for (Stage stage : stages) {
            stage.onBatchEnd();
        }
    }

    @Override
    public void onStop() {
        for (Stage stage : stages) {
            stage.onStop();
        }
    }
}

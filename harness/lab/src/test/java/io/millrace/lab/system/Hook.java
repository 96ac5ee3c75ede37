package io.millrace.lab.system;

import io.millrace.Frame;
import io.millrace.Stage;

/** Has a stage of the test's, {@link #stage}, see frames behind a framer, which has to stand first. */
public final class Hook implements Stage {
    /** How a pipeline names it. */
    static final String NAME = "{ class = \"" + Hook.class.getName() + "\" }";

    private static volatile Stage stage;

    static void stage(Stage next) {
        stage = next;
    }

    @Override
    public void onFrame(Frame frame) throws Exception {
        stage.onFrame(frame);
    }
}

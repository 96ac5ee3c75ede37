package io.millrace.lab.system;

import io.millrace.Frame;
import io.millrace.Stage;

/** Lets a stage of the test, {@link #stage}, see frames after a framer, which has to be first. */
public final class Hook implements Stage {
    /** The entry for a pipeline. */
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

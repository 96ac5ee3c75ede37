package io.millrace.engine.stage;

import io.millrace.engine.Frame;
import io.millrace.engine.Stage;

/** Drops every frame. */
public final class DropStage implements Stage {

    @Override
    public void onFrame(Frame frame) {
        frame.drop();
    }
}

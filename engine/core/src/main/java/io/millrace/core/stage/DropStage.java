package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.Stage;

/** Drops every frame. */
public final class DropStage implements Stage {

    @Override
    public void onFrame(Frame frame) {
        frame.drop();
    }
}

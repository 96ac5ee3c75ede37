package io.millrace.engine.stage;

import io.millrace.engine.Frame;
import io.millrace.engine.Stage;

public final class ReflectStage implements Stage {
    @Override
    public void onFrame(final Frame frame) {
    }
}

package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import java.util.Objects;

/** Sends every frame out of one port. */
public final class ForwardStage implements Stage {
    private final String to;
    private int portId;

    /** @param to the name of the port that frames leave by */
    public ForwardStage(String to) {
        this.to = Objects.requireNonNull(to, "to");
    }

    @Override
    public void configure(StageContext context) {
        portId = context.portId(to);
    }

    @Override
    public void onFrame(Frame frame) {
        frame.forward(portId);
    }
}

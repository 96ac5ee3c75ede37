package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.spi.Framing;

/**
 * Has ports cut byte streams into messages, and lets every frame pass itself. It is the pipeline's first stage, and the
 * only one of its kind.
 *
 * @param framing what is asked of the ports
 */
public record FramingStage(Framing framing) implements Stage {
    @Override
    public void onFrame(Frame frame) {
        // Does nothing: the port has already cut the stream into messages.
    }
}

package io.millrace.core.stage;

import io.millrace.Stage;

/**
 * Says how a byte stream is cut into messages. The tcp ports do the cutting, before a frame comes into the pipeline;
 * the stage itself lets every frame pass. It is the pipeline's first stage, and the only one of its kind.
 */
public sealed interface Framer extends Stage permits FrameByLengthStage, FrameByDelimiterStage {

    /** The longest message in bytes, without prefix or delimiter; a longer one ends the connection. */
    int max();

    /** Whether a frame is the message without its prefix or delimiter. */
    boolean strip();
}

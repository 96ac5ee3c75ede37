package io.millrace.core.stage;

import io.millrace.Stage;

/**
 * Says how a byte stream is cut into messages. The tcp ports cut the stream before a frame comes into the pipeline; the
 * stage itself lets every frame pass. It has to be the pipeline's first stage, and the only framer.
 */
public sealed interface Framer extends Stage permits FrameByLengthStage, FrameByDelimiterStage {

    /** The longest message in bytes, without prefix or delimiter. A longer one closes the connection. */
    int max();

    /** Returns whether a frame is the message without its prefix or delimiter. */
    boolean strip();
}

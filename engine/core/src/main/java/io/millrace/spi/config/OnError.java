package io.millrace.spi.config;

/** What the engine does after a stage threw. The frame is dropped and counted either way. */
public enum OnError {
    /** Goes on with the next frame. */
    CONTINUE,
    /** Stops the engine in order. */
    STOP
}

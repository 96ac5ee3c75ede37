package io.millrace.engine.path;

import io.millrace.engine.PortKind;
import io.millrace.ring.Umem;

/**
 * What a port knows of its frames beside their bytes. Each reader has one of its own, for one thread; it may ask as long
 * as the frame is in the pipeline.
 */
public interface FrameFacts {
    /** The memory that the port's frames live in. */
    Umem umem();

    PortKind kind();

    /** How long the frame may become. */
    int capacity(FrameSlot frame);

    /** How many bytes the frame may be given in front. */
    default int headroom(FrameSlot frame) {
        return 0;
    }

    /** Whether the start of frames can be moved: each has its memory alone. */
    default boolean startMoves() {
        return false;
    }

    /** What tells a frame from all others of the port on their way, the same wherever its start is moved. */
    default long identity(FrameSlot frame) {
        return frame.address();
    }

    /** Where the payload starts in the frame, or -1. */
    int payloadOffset(FrameSlot frame);

    /** Bytes of the payload. */
    int payloadLength(FrameSlot frame);

    /** Who sent it. */
    void source(FrameSlot frame, EndpointView into);

    /** To whom it was sent. */
    void destination(FrameSlot frame, EndpointView into);

    /** When the kernel received it, since 1970, or 0. */
    long timestampNs(FrameSlot frame);

    /** The port's connections, or null if it has none. */
    Connections connections();
}

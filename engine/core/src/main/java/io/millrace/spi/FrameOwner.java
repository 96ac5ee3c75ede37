package io.millrace.spi;

import io.millrace.ring.Umem;

/** A port that owns the memory which the frames that it receives live in. */
public interface FrameOwner extends Port {
    /** That memory. Any thread. */
    Umem umem();

    /** What the port knows of its frames beside their bytes, for one more thread to ask. */
    FrameMetadata newMetadata();

    /** Takes back a frame that nobody needs any more. Poller's thread only. */
    void release(FrameDescriptor frame);

    /**
     * Whether the port itself still counts a frame as its own while {@link FrameInlet#frame} has not returned for it,
     * as one that takes frames out of a ring afterwards. Matters if a stage never returns.
     */
    boolean holdsUntilReturn();
}

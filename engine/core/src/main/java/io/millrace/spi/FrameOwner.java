package io.millrace.spi;

import io.millrace.ring.Umem;

/** The role of a port that owns the memory in which its received frames live. */
public interface FrameOwner extends Port {
    /** The memory of the port's frames. Any thread may call this. */
    Umem umem();

    /** Makes an object that tells one more thread what the port knows of its frames beside their bytes. */
    FrameMetadata newMetadata();

    /** Takes back a frame that nobody needs any more. Only the poller's thread may call this. */
    void release(FrameDescriptor frame);

    /**
     * Returns whether the port still counts a frame as its own until {@link FrameInlet#frame} has returned for it, as a
     * port does that takes frames out of a ring afterwards. It matters if a stage never returns: the frame must not be
     * counted twice.
     */
    boolean holdsUntilReturn();
}

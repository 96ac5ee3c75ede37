package io.millrace.core.path;

/**
 * Takes received frames through the stages. The poller's thread only.
 *
 * <pre>{@code
 *   int count = rx.peek(pipeline.room(batch));
 *   for (…) pipeline.frame(portId, queue, address, length);      // at most as often as there was room
 *   pipeline.end();
 * }</pre>
 */
public interface Pipeline {
    /** How many frames and events there is room for, at most {@code wanted}; those since {@link #end} count as in. */
    int room(int wanted);

    /**
     * Whether the stages look at the bytes of frames on this thread, within {@link #frame}: those of the batch before did,
     * or there was none. Then it pays to fetch the first bytes of a batch's frames beforehand; else it costs.
     */
    boolean looksHere();

    /** The next frame of a batch; there must be room for it. */
    default void frame(int portId, int queue, long address, int length) {
        frame(portId, queue, FrameSlot.NO_CONNECTION, address, length);
    }

    /** The next frame of a batch, which came by a connection; there must be room for it. */
    void frame(int portId, int queue, int connection, long address, int length);

    /** A change of a connection's state, shown to the stages behind the frames before it; there must be room for it. */
    void event(int portId, int connection, int state);

    /** Ends the batch: all its frames are on their way. */
    void end();

    /** Takes the frames that the last stage has passed out of the pipeline; returns how many. */
    int reclaim();

    /** Frames and events that are in the pipeline, leased ones not included. */
    int inFlight();
}

package io.millrace.spi;

/**
 * Where ports hand in the frames that they have received, for the stages to see. The poller's thread only.
 *
 * <pre>{@code
 *   int count = rx.peek(inlet.room(batch));
 *   for (…) inlet.frame(portId, queue, address, length);      // at most as often as there was room
 *   inlet.end();
 * }</pre>
 */
public interface FrameInlet {
    /** How many frames and events there is room for, at most {@code wanted}; those since {@link #end} count as in. */
    int room(int wanted);

    /**
     * Whether the stages look at the bytes of frames on this thread, within {@link #frame}: those of the batch before
     * did, or there was none. Then it pays to fetch the first bytes of a batch's frames beforehand; else it costs.
     */
    boolean looksHere();

    /** The next frame of a batch; there must be room for it. */
    default void frame(int portId, int queue, long address, int length) {
        frame(portId, queue, FrameDescriptor.NO_CONNECTION, address, length);
    }

    /** The next frame of a batch, which came by a connection; there must be room for it. */
    void frame(int portId, int queue, int connection, long address, int length);

    /** A change of a connection's state, shown to the stages behind the frames before it; there must be room for it. */
    void event(int portId, int connection, int state);

    /** Ends the batch: all its frames are on their way. */
    void end();
}

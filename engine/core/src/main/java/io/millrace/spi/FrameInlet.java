package io.millrace.spi;

/**
 * Where ports hand in the frames that they have received, for the stages to see. Only the poller's thread may use this.
 *
 * <pre>{@code
 *   int count = rx.peek(inlet.room(batch));
 *   for (…) inlet.frame(portId, queue, address, length);      // at most as often as there was room
 *   inlet.end();
 * }</pre>
 */
public interface FrameInlet {
    /**
     * How many more frames and events there is room for, at most {@code wanted}, beside those handed in since the last
     * {@link #end}.
     */
    int room(int wanted);

    /**
     * Returns whether the stages look at the bytes of frames on this thread, within {@link #frame}. The answer is what
     * they did in the batch before; true if there was none. If they do, it pays to fetch the first bytes of a batch's
     * frames beforehand; if not, it costs.
     */
    boolean looksHere();

    /** Hands in the next frame of a batch; there must be room for it. */
    default void frame(int portId, int queue, long address, int length) {
        frame(portId, queue, FrameDescriptor.NO_CONNECTION, address, length);
    }

    /** Hands in the next frame of a batch, which came by a connection; there must be room for it. */
    void frame(int portId, int queue, int connection, long address, int length);

    /**
     * Hands in a change of a connection's state, which the stages see after the frames before it; there must be room
     * for it.
     */
    void event(int portId, int connection, int state);

    /** Ends the batch, and sends its frames on their way. */
    void end();
}

package io.millrace.engine.path;

/**
 * Takes received frames through the stages. The poller's thread only.
 *
 * <pre>{@code
 *   int count = rx.peek(pipeline.room(batch));
 *   pipeline.begin(count);
 *   for (…) pipeline.frame(port, queue, address, length);      // count times
 *   pipeline.end();
 * }</pre>
 */
public interface Pipeline {
    /** How many frames there is room for, at most {@code wanted}. */
    int room(int wanted);

    /** Whether the stages look at the frames on this thread, within {@link #frame}. */
    boolean runsHere();

    /** Starts a batch of that many frames, not more than there was room for. */
    void begin(int count);

    /** The next frame of the batch. */
    void frame(int portId, int queue, long address, int length);

    /** Ends the batch: all its frames are on their way. */
    void end();

    /** Takes the frames that the last stage has passed out of the pipeline; returns how many. */
    int reclaim();

    /** Frames that are in the pipeline, leased ones not included. */
    int inFlight();
}

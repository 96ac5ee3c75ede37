package io.millrace.spi;

/** A port that sends frames. Poller's thread only, unless a method says otherwise. */
public interface FrameSink extends Port {
    /** The port has taken the frame. */
    int TAKEN = 0;
    /** There is no room at the moment. */
    int FULL = 1;
    /** The port can't send this frame: its length does not suit, or it lacks an address. */
    int UNSUITABLE = 2;
    /** The connection that the frame was to leave by is over. */
    int GONE = 3;
    /**
     * Of {@link #transmitCopy}: the port has taken the frame, and sends it from where it is; the caller has no hold on
     * it any more. Such a port is a {@link ForeignFrameHolder}.
     */
    int HELD = 4;

    /**
     * Whether another port's frames live in this one's memory, so that it can {@linkplain #transmit send} them as they
     * are. Any thread.
     */
    boolean takesFramesOf(Port other);

    /**
     * Queues a frame of a port that it {@linkplain #takesFramesOf takes frames of} for sending; {@link #flush} sends.
     *
     * @return {@link #TAKEN}: the frame is this port's now; else why not, and the frame stays with the caller
     */
    int transmit(FrameDescriptor frame);

    /**
     * Queues a copy of what another port's frame carries for sending; the frame stays with the caller, unless a port of
     * the same kind can't copy it at the moment and must not lose it.
     *
     * @param metadata what that port knows of the frame
     * @return {@link #TAKEN}, {@link #HELD}, or why not
     */
    int transmitCopy(FrameDescriptor frame, FrameMetadata metadata);

    /**
     * Frames queued or sent that have not come back; while the engine stops, whatever else the port still has to do.
     */
    int txInFlight();
}

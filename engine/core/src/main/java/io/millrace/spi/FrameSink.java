package io.millrace.spi;

/** The role of a port that sends frames. Poller's thread only, unless a method says otherwise. */
public interface FrameSink extends Port {
    /** The port has taken the frame. */
    int TAKEN = 0;
    /** The port has no room at the moment. */
    int FULL = 1;
    /** The port can't send this frame: its length does not suit, or it lacks an address. */
    int UNSUITABLE = 2;
    /** The connection that the frame was to leave by has ended. */
    int GONE = 3;
    /**
     * A result of {@link #transmitCopy}: the port has taken the frame itself and sends it from where it is, so that the
     * caller no longer owns it. Such a port is a {@link ForeignFrameHolder}.
     */
    int HELD = 4;

    /**
     * Returns whether another port's frames live in this port's memory, so that it can {@linkplain #transmit send} them
     * as they are. Any thread may call this.
     */
    boolean takesFramesOf(Port other);

    /**
     * Queues a frame of a port that it {@linkplain #takesFramesOf takes frames of} for sending; {@link #flush} sends.
     *
     * @return {@link #TAKEN} if the frame is this port's now; otherwise the reason why not, and the frame stays with
     *         the caller
     */
    int transmit(FrameDescriptor frame);

    /**
     * Queues a copy of what another port's frame carries for sending. The frame stays with the caller, unless the port
     * can't copy it at the moment and must not lose it: then it takes the frame itself and returns {@link #HELD}.
     *
     * @param metadata what that port knows of the frame
     * @return {@link #TAKEN}, {@link #HELD}, or the reason why not
     */
    int transmitCopy(FrameDescriptor frame, FrameMetadata metadata);

    /**
     * How many frames have been queued or sent and have not come back. While the engine stops, it includes whatever
     * else the port still has to do.
     */
    int txInFlight();
}

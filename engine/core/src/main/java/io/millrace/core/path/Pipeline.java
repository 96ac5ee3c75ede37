package io.millrace.core.path;

import io.millrace.spi.FrameInlet;

/** Takes received frames through the stages and hands them to the outlet. Only the poller's thread may use this. */
public interface Pipeline extends FrameInlet {
    /** Takes frames that have passed the last stage out of the pipeline; returns how many. */
    int reclaim();

    /** Calls stages on the poller's thread for timers that are due; returns how many. */
    int fireTimers();

    /** How long it is until the next of these timers is due, in nanoseconds; {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilTimer();

    /** The number of frames and events in the pipeline, not counting leased frames. */
    int inFlight();
}

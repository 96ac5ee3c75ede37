package io.millrace.core.path;

import io.millrace.spi.FrameInlet;

/** Takes received frames through the stages and hands them to the outlet. Only the poller's thread may use this. */
public interface Pipeline extends FrameInlet {
    /** Takes frames that have passed the last stage out of the pipeline; returns how many. */
    int reclaim();

    /** Lets stages on the poller's thread do what they have to do beside handling frames; returns how much that was. */
    int doOwnWork();

    /** How long the poller may sleep for that in nanoseconds; {@link Long#MAX_VALUE} as long as it likes. */
    long nanosUntilOwnWork();

    /** The number of frames and events in the pipeline, not counting leased frames. */
    int inFlight();
}

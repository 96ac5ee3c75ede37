package io.millrace.core.path;

import io.millrace.spi.FrameInlet;

/** Takes received frames through the stages and hands them to the outlet. Only the poller's thread may use this. */
public interface Pipeline extends FrameInlet {
    /** Takes frames that have passed the last stage out of the pipeline; returns how many. */
    int reclaim();

    /** The number of frames and events in the pipeline, not counting leased frames. */
    int inFlight();
}

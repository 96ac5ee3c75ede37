package io.millrace.core.path;

import io.millrace.spi.FrameInlet;

/** Takes received frames through the stages and hands them to the outlet. The poller's thread only. */
public interface Pipeline extends FrameInlet {
    /** Takes the frames that the last stage has passed out of the pipeline; returns how many. */
    int reclaim();

    /** Frames and events that are in the pipeline, leased ones not included. */
    int inFlight();
}

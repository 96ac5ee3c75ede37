package io.millrace.sockets;

import io.millrace.spi.FrameInlet;

/** Who submits operations to the {@link Uring} and hears of their completions; on the poller's thread. */
interface CompletionHandler {
    /**
     * Handles one completion, and hands what it received to the pipeline as far as there is room.
     *
     * @return false when something is left that finds no room: then {@link #resume} is called before any other
     *     completion
     */
    boolean onCompletion(long userData, int result, int flags, FrameInlet inlet);

    /** Hands on what is left; returns false when there is still something. */
    boolean resume(FrameInlet inlet);

    /**
     * The engine has stopped: what is left is given up and counted, and what was received from here on is. Operations
     * that are under way get cancelled.
     */
    void quiesce();

    /** Operations that the kernel has not completed, notifications included. */
    int underWay();
}

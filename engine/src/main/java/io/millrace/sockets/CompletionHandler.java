package io.millrace.sockets;

import io.millrace.core.path.Pipeline;

/** Who submits operations to the {@link Uring} and hears of their completions; on the poller's thread. */
interface CompletionHandler {
    /**
     * Handles one completion, and hands what it received to the pipeline as far as there is room.
     *
     * @return false when something is left that finds no room: then {@link #resume} is called before any other
     *     completion
     */
    boolean onCompletion(long userData, int result, int flags, Pipeline pipeline);

    /** Hands on what is left; returns false when there is still something. */
    boolean resume(Pipeline pipeline);

    /**
     * The engine has stopped: what is left is given up and counted, and what was received from here on is. Operations
     * that are under way get cancelled.
     */
    void quiesce();

    /** Operations that the kernel has not completed, notifications included. */
    int underWay();
}

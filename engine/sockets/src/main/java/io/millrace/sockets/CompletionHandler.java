package io.millrace.sockets;

import io.millrace.spi.FrameInlet;

/** Submits operations to the {@link Uring} and hears of their completions, on the poller's thread. */
interface CompletionHandler {
    /**
     * Handles one completion, and hands what it received to the pipeline as far as there is room.
     *
     * @return false if there was no room for something; then {@link #resume} is called before any other completion
     */
    boolean onCompletion(long userData, int result, int flags, FrameInlet inlet);

    /** Hands on what was left; returns false if something is still left. */
    boolean resume(FrameInlet inlet);

    /**
     * The engine has stopped: what is left, and what is received from now on, is given up and counted. Operations that
     * are under way are cancelled.
     */
    void quiesce();

    /** The number of operations that the kernel has not completed, including notifications. */
    int underWay();
}

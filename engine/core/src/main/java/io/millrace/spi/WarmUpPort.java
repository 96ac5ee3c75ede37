package io.millrace.spi;

import org.agrona.concurrent.IdleStrategy;

/** A port for the warm-up, whose other side (kernel or peer) is played. Used by one thread only. */
public interface WarmUpPort {
    /**
     * The most frames that arrive in a turn. Code that runs once a cycle is compiled after a number of cycles; code
     * that runs once a frame is compiled long before that, so more frames a cycle would only make the start longer.
     */
    int BURST = 16;

    /** The port, whose id is 0. */
    Port port();

    /** The event loops that tell the port what has happened, if it does not look itself. */
    EventLoop[] loops();

    /**
     * The idle strategy for {@code idle = wait}; here it never sleeps for long.
     *
     * @param limit what limits the sleep
     */
    IdleStrategy newWait(SleepLimit limit);

    /** Plays the other side: takes what was sent, and sends something. */
    void turn();

    /** Makes the played kernel ask for system calls from now on, or for none. */
    void needWakeUp(boolean wanted);

    /**
     * Makes the real kernel, if one takes part, let go of everything. The port can't be used after that; the memory is
     * still mapped.
     */
    default void end(FrameInlet inlet) {}
}

package io.millrace.spi;

/**
 * What tells several ports of a poller what has happened, in their stead: the io_uring of all sockets, for instance.
 * Part of the duty cycle; poller's thread only.
 */
public interface EventLoop {
    /** Tells the ports what has completed, and has them hand in what they received; returns how much. */
    int dispatch(FrameInlet inlet);

    /** Gives the kernel what the ports have prepared, in one system call at most. */
    void submit();
}

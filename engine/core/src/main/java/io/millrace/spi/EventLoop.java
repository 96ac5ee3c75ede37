package io.millrace.spi;

/**
 * Tells several ports of a poller what has happened, so that they don't look themselves: the io_uring of all sockets,
 * for instance. Part of the duty cycle; only the poller's thread may use this.
 */
public interface EventLoop {
    /** Tells the ports what has completed, and lets them hand in what they received; returns how much there was. */
    int dispatch(FrameInlet inlet);

    /** Gives the kernel what the ports have prepared, in one system call at most. */
    void submit();
}

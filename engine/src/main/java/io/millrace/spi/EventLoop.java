package io.millrace.spi;

/** The io_uring that several ports share, as the duty cycle sees it; poller's thread only. */
public interface EventLoop {
    /** What an engine without sockets has. */
    EventLoop NONE = new EventLoop() {
        @Override
        public int dispatch(FrameInlet inlet) {
            return 0;
        }

        @Override
        public void submit() {}
    };

    /** Tells the ports what has completed; returns how much. */
    int dispatch(FrameInlet inlet);

    /** Gives the kernel what the ports have prepared, in one system call at most. */
    void submit();
}

package io.millrace.core.path;

/** The io_uring that several ports share, as the duty cycle sees it; poller's thread only. */
public interface SharedRing {
    /** What an engine without sockets has. */
    SharedRing NONE = new SharedRing() {
        @Override
        public int dispatch(Pipeline pipeline) {
            return 0;
        }

        @Override
        public void submit() {}
    };

    /** Tells the ports what has completed; returns how much. */
    int dispatch(Pipeline pipeline);

    /** Gives the kernel what the ports have prepared, in one system call at most. */
    void submit();
}

package io.millrace.spi;

/** A port whose queues have descriptors that tell when there is something to receive. Poller's thread only. */
public interface PollDescriptors extends FrameSink {
    /** Queues that the port holds, each with its {@link #pollDescriptor}; it stays the same. Any thread. */
    int queueCount();

    /**
     * The descriptor of a queue, readable when {@link FrameSource#receive} has something to take from it; -1 for one
     * that has none at the moment.
     */
    int pollDescriptor(int queue);

    /** Another number whenever the descriptors are those of other files. */
    int pollGeneration();
}

package io.millrace.spi;

/**
 * The role of a port whose queues have file descriptors that are readable when there is something to receive. Only the
 * poller's thread may use this.
 */
public interface PollDescriptors extends FrameSink {
    /** The number of queues, each with its {@link #pollDescriptor}. It does not change. Any thread may call this. */
    int queueCount();

    /**
     * The descriptor of a queue, which is readable when {@link FrameSource#receive} has something to take from it; -1
     * if the queue has none at the moment.
     */
    int pollDescriptor(int queue);

    /** A number that changes whenever the descriptors refer to other files. */
    int pollGeneration();
}

package io.millrace.engine.path;

import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.ring.Umem;

/**
 * A way for frames to get in and out, with the memory that they live in. The verbs of the duty cycle belong to the
 * poller's thread; they never block, spin or throw, and say how much they did: what to do about a full ring is up to
 * the caller.
 */
public interface Port {
    /** Index of the port in its engine; what a forward verdict names. */
    int id();

    String name();

    /** The memory that this port's frames live in. */
    Umem umem();

    /** What the poller counts for this port. */
    PortCounters counters();

    // ---- the duty cycle, in the order of a frame's life; poller's thread only

    /** Hands received frames to the pipeline, at most a batch of each queue, at most what the pipeline has room for. */
    int receive(Pipeline pipeline);

    /**
     * Queues a frame of this port's memory for sending; {@link #flush} sends.
     *
     * @return false when there is no room; the frame stays with the caller
     */
    boolean transmit(int queue, long address, int length);

    /**
     * Queues a copy of another port's frame, which fits into one of this port's, for sending.
     *
     * @return false when there is no room or no free frame; the frame stays with the caller in any case
     */
    boolean transmitCopy(int queue, Umem source, long address, int length);

    /** Takes back a frame that nobody needs any more. */
    void release(long address);

    /** Takes back the frames that have been sent. */
    int complete();

    /**
     * Gives the kernel what was queued and the free frames that it can receive into, and wakes it if it asks for it.
     */
    void flush();

    // ---- stopping

    /** Cold, any thread but the poller's: from its return on, no new frame comes to {@link #receive}. */
    void stopReceiving();

    /** Frames queued or sent that have not come back. Poller's thread only. */
    int sending();

    /** Queues that the port holds, each with its {@link #pollDescriptor}. */
    int queueCount();

    /** The descriptor of a queue, readable when {@link #receive} has something to take from it. */
    int pollDescriptor(int queue);

    // ---- cold

    /** Starts to receive: from here on frames arrive in the RX rings. */
    void startReceiving();

    /** A snapshot; any thread, as long as the memory is mapped. */
    PortStatistics statistics(int inStages, int leased);

    /**
     * Ends the kernel's hold on the memory and counts the frames home. The poller must have ended.
     *
     * @param whereabouts tells the frames that are not in the port's own hands
     * @return the final snapshot
     */
    PortStatistics close(FrameHolders whereabouts);
}

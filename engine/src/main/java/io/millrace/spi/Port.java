package io.millrace.spi;

import io.millrace.ConnectionControl;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.counters.PortFault;
import io.millrace.core.link.LinkedPort;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A way for frames to get in and out, with the memory that they live in. The verbs of the duty cycle belong to the
 * poller's thread; they never block, spin or throw, and say how much they did: what to do about a full ring is up to
 * the caller.
 */
public interface Port {
    /** What {@link #transmit} says: the port has taken the frame. */
    int TAKEN = 0;
    /** There is no room. */
    int FULL = 1;
    /** The port can't send this frame: its length, or for want of an address. */
    int UNSUITABLE = 2;
    /** The connection that it was to leave by is over. */
    int GONE = 3;
    /**
     * Of {@link #transmitCopy}: the port has taken the frame, and sends it from where it is; the caller has no hold on it
     * any more.
     */
    int HELD = 4;

    /** Index of the port in its engine; what a forward verdict names. */
    int id();

    String name();

    /** The memory that this port's frames live in. */
    Umem umem();

    /** What the port knows of its frames, for one more thread to ask. */
    FrameMetadata newMetadata();

    /** The address that it is bound to; null if it has none of its own. Any thread. */
    default InetSocketAddress localAddress() {
        return null;
    }

    /** What the poller counts for this port. */
    PortCounters counters();

    /** What happens next at this port, or what to do, when something has gone wrong, by an errno or 0; any thread. */
    default String advice(PortFault fault, int errno) {
        return fault.advice();
    }

    /** The interfaces whose loss and return concern the port. */
    default List<LinkedPort> links() {
        return List.of();
    }

    // ---- the duty cycle, in the order of a frame's life; poller's thread only

    /** Hands received frames to the pipeline, at most a batch of each queue, at most what the pipeline has room for. */
    int receive(FrameInlet inlet);

    /**
     * Whether another port's frames live in this one's memory, so that it can {@linkplain #transmit send} them as they
     * are. Any thread.
     */
    default boolean takesFramesOf(Port other) {
        return other == this;
    }

    /**
     * Queues a frame of a port that it {@linkplain #takesFramesOf takes frames of} for sending; {@link #flush} sends.
     *
     * @return {@link #TAKEN}: the frame is this port's now; else why not, and the frame stays with the caller
     */
    int transmit(FrameDescriptor frame);

    /**
     * Queues a copy of what another port's frame carries for sending; the frame stays with the caller, unless a port of
     * the same kind can't copy it at the moment and must not lose it.
     *
     * @param facts what that port knows of the frame
     * @return {@link #TAKEN}, {@link #HELD}, or why not
     */
    int transmitCopy(FrameDescriptor frame, FrameMetadata metadata);

    /**
     * What stages may ask for frames that leave here, as bits of {@link TransmitRequest}: the config says it. Any
     * thread.
     */
    default int askable() {
        return 0;
    }

    /**
     * What of that the kernel or the driver sees to for frames that the port sends as they are; the rest is up to the
     * caller. Any thread.
     */
    default int offloads() {
        return 0;
    }

    /**
     * Whether frames may come in with a checksum that their sender left to a network card, which is to be finished
     * before they leave as they are. Poller's thread only.
     */
    default boolean finishesChecksums() {
        return false;
    }

    /**
     * Queues a frame with requests, all of which are among the {@link #offloads}.
     *
     * @param facts what another port knows of the frame, to send a copy; null to send the frame as it is
     * @return as {@link #transmit}, or {@link #transmitCopy}
     */
    default int transmitRequested(FrameDescriptor frame, FrameMetadata metadata) {
        return metadata == null ? transmit(frame) : transmitCopy(frame, metadata);
    }

    /** Cold. Reports the frames of another port that this one has {@linkplain #HELD taken} as they are. */
    default void auditHeld(Port home, FrameAudit audit) {}

    /** Ends connections of this port by their ids, from any thread; null if it has none. */
    default ConnectionControl connectionControl() {
        return null;
    }

    /** Takes back a frame that nobody needs any more. */
    void release(FrameDescriptor frame);

    /** An event of this port has passed the last stage. */
    default void passed(FrameDescriptor event) {}

    /** Takes back the frames that have been sent. */
    int complete();

    /**
     * Gives the kernel what was queued and the free frames that it can receive into, and wakes it if it asks for it.
     */
    void flush();

    // ---- stopping

    /** Cold, any thread but the poller's: from its return on, no new frame comes to {@link #receive}. */
    void stopReceiving();

    /** Cold, any thread but the poller's: the drain time-out has passed, what has not been sent by now is given up. */
    default void giveUp() {}

    /** Frames queued or sent that have not come back. Poller's thread only. */
    int txInFlight();

    /** Queues that the port holds, each with its {@link #pollDescriptor}. */
    int queueCount();

    /**
     * The descriptor of a queue, readable when {@link #receive} has something to take from it; -1 for one that has none
     * at the moment. Poller's thread only.
     */
    int pollDescriptor(int queue);

    /** Another number whenever the descriptors are those of other files. Poller's thread only. */
    default int pollGeneration() {
        return 0;
    }

    // ---- cold

    /** Starts to receive: from here on frames arrive in the RX rings. */
    void startReceiving();

    /** A snapshot; any thread, as long as the memory is mapped. */
    PortStatistics statistics(int inStages, int leased);

    /** What the kernel counts for the port, if anything. Any thread, also when the port is closed. */
    default KernelStatistics kernelStatistics() {
        return KernelStatistics.ZERO;
    }

    /**
     * Ends the kernel's hold on the memory and counts the frames home. The poller must have ended.
     *
     * @param whereabouts tells the frames that are not in the port's own hands
     * @return the final snapshot
     */
    PortStatistics close(FrameHolders whereabouts);
}

package io.millrace.spi;

import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import io.millrace.statistics.PortStatistics;

/**
 * A way for frames to get in or out. What else a port is, it says by the roles that it implements beside this one:
 *
 * <table>
 *   <caption>Roles of a port</caption>
 *   <tr><td>{@link FrameSource}</td><td>hands received frames in, once a duty cycle</td></tr>
 *   <tr><td>{@link FrameSink}</td><td>takes frames to send</td></tr>
 *   <tr><td>{@link TransmitCompleter}</td><td>gets sent frames back from the kernel, once a duty cycle</td></tr>
 *   <tr><td>{@link FrameOwner}</td><td>owns the memory of the frames that it receives</td></tr>
 *   <tr><td>{@link ForeignFrameHolder}</td><td>sends other ports' frames from where they are</td></tr>
 *   <tr><td>{@link FrameSeeker}</td><td>looks for its frames while the engine runs</td></tr>
 *   <tr><td>{@link Offloads}</td><td>has the kernel or a network card do work for it</td></tr>
 *   <tr><td>{@link ConnectionHost}</td><td>has connections</td></tr>
 *   <tr><td>{@link Clocked}</td><td>goes by the clock</td></tr>
 *   <tr><td>{@link PollDescriptors}</td><td>has descriptors to sleep on</td></tr>
 *   <tr><td>{@link Linked}</td><td>depends on interfaces of the host</td></tr>
 *   <tr><td>{@link Bound}</td><td>is bound to an address</td></tr>
 *   <tr><td>{@link RuleAcceptor}</td><td>chooses by rules which frames it takes</td></tr>
 *   <tr><td>{@link KernelCounted}</td><td>has losses that the kernel counts</td></tr>
 * </table>
 *
 * A port that hears of its frames by an {@link EventLoop}, as sockets do, is no source and no completer. The verbs of
 * the duty cycle belong to the poller's thread; they never block, spin or throw, and say how much they did: what to do
 * about a full ring is up to the caller.
 */
public interface Port {
    /** Index of the port in its engine; what a forward verdict names. */
    int id();

    /** The port's name in the config. */
    String name();

    /** What the poller counts for this port. */
    PortCounters counters();

    /** What happens next at this port, or what to do, when something has gone wrong, by an errno or 0; any thread. */
    default String advice(PortFault fault, int errno) {
        return fault.advice();
    }

    /** Starts to receive. Cold; before the poller's first duty cycle, or at the same time. */
    void startReceiving();

    /**
     * Ends a duty cycle: gives the kernel what was queued in it, and the free frames that it can receive into, and
     * wakes it if it asks for that. Poller's thread only.
     */
    void flush();

    /** From its return on, no new frame comes from outside. Cold; any thread but the poller's. */
    void stopReceiving();

    /**
     * A snapshot; any thread, as long as the memory is mapped.
     *
     * @param inStages frames of this port that are in the pipeline
     * @param leased   frames of this port that leases hold
     */
    PortStatistics statistics(int inStages, int leased);

    /**
     * Ends the kernel's hold on the memory and counts the frames home. Cold; the poller must have ended.
     *
     * @param whereabouts tells the frames that are not in the port's own hands
     * @return the final snapshot
     */
    PortStatistics close(FrameHolders whereabouts);
}

package io.millrace.spi;

import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import io.millrace.statistics.PortStatistics;

/**
 * A way for frames to get in or out. What a port can do, it says by the roles that it implements beside this interface:
 *
 * <table> <caption>Roles of a port</caption>
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
 * A port that hears of its frames by an {@link EventLoop}, as sockets do, is neither a source nor a completer. Only the
 * poller's thread calls the methods of the duty cycle. They never block, spin or throw, and return how much they did:
 * what to do about a full ring is up to the caller.
 */
public interface Port {
    /** The index of the port in its engine, by which a forward verdict names it. */
    int id();

    /** The port's name in the config. */
    String name();

    /** The counters that the poller keeps for this port. */
    PortCounters counters();

    /**
     * Says, for the log, what happens next at this port or what to do after a fault with the given errno, or 0. Any
     * thread may call this.
     */
    default String advice(PortFault fault, int errno) {
        return fault.advice();
    }

    /** Starts to receive. Cold; called before the poller's first duty cycle or at the same time. */
    void startReceiving();

    /**
     * Ends a duty cycle: gives the kernel the frames that were queued in it and the free frames that it can receive
     * into, and wakes the kernel if it asks for that. Only the poller's thread may call this.
     */
    void flush();

    /** Stops to receive: once it has returned, no new frame comes from outside. Cold; any thread but the poller's. */
    void stopReceiving();

    /**
     * A snapshot of the statistics. Any thread, as long as the memory is mapped.
     *
     * @param inStages the number of this port's frames in the pipeline
     * @param leased   the number of this port's frames that leases hold
     */
    PortStatistics statistics(int inStages, int leased);

    /**
     * Closes the port: ends the kernel's use of the memory, and accounts for every frame. Cold; the poller must have
     * ended.
     *
     * @param whereabouts reports the frames that are not with the port itself
     * @return the final snapshot
     */
    PortStatistics close(FrameHolders whereabouts);
}

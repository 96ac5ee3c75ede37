package io.millrace.spi;

import io.millrace.statistics.UringStatistics;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * What is behind an {@link EventLoop}, from set-up to close. A port gets the one of its poller by {@link
 * PortContext#ofPoller}; the engine finds it there, and sees to its life. Cold.
 */
public interface EventDevice {
    /** For the poller's duty cycle. */
    EventLoop loop();

    /**
     * All ports of the poller are open.
     *
     * @throws io.millrace.HostException if the host does not allow what they need
     */
    void portsOpened();

    /** On the poller's thread, before its first duty cycle. */
    void enable();

    /** On the poller's thread, after its last duty cycle: has the kernel let go of all memory. */
    void quiesce(FrameInlet inlet);

    /** How long {@link #quiesce} may take, in nanoseconds. */
    long patienceNs();

    /**
     * How a poller waits that is to sleep until any of its ports has work. Called once, before the poller starts.
     *
     * @param ports       all ports of the poller
     * @param outstanding whether there is something whose return wakes nobody, so that it must not sleep for long
     */
    IdleStrategy newWait(Port[] ports, BooleanSupplier outstanding);

    /** Whether the kernel has let go of the frames' memory, which may be unmapped then. Any thread. */
    boolean isQuiet();

    /** Ends it, unless the kernel still works for it. The poller must have ended. Idempotent. */
    void close();

    /** Ends one that was never enabled: another part of the engine did not open. */
    void abandon();

    /** What it has counted, if it is an io_uring. Any thread. */
    Optional<UringStatistics> uringStatistics();
}

package io.millrace.spi;

import io.millrace.statistics.UringStatistics;
import java.util.Optional;
import org.agrona.concurrent.IdleStrategy;

/**
 * The device behind an {@link EventLoop}, an io_uring for instance, from set-up to close. A port gets that of its
 * poller by {@link PortContext#ofPoller}; there the engine finds it, too, and calls the methods below. Cold.
 */
public interface EventDevice {
    /** The part that takes part in the poller's duty cycle. */
    EventLoop loop();

    /**
     * Called when all ports of the poller are open.
     *
     * @throws io.millrace.HostException if the host does not allow what the ports need
     */
    void portsOpened();

    /** Called on the poller's thread before its first duty cycle. */
    void enable();

    /** Called on the poller's thread after its last duty cycle: makes the kernel let go of all memory. */
    void quiesce(FrameInlet inlet);

    /** How long {@link #quiesce} may take, in nanoseconds. */
    long patienceNs();

    /**
     * Returns the idle strategy for a poller that is to sleep until any of its ports has work. Called once, before the
     * poller starts.
     *
     * @param ports all ports of the poller
     * @param limit what limits the sleep
     */
    IdleStrategy newWait(Port[] ports, SleepLimit limit);

    /**
     * Returns whether the kernel has let go of the frames' memory, so that it may be unmapped. Any thread may call
     * this.
     */
    boolean isQuiet();

    /**
     * Closes the device as soon as the poller has ended, which may be later if a stage holds it up. The kernel may
     * still work for it then, as {@link #isQuiet} says. Calling it again does nothing. Any thread.
     */
    void close();

    /** Closes a device that was never enabled, because another part of the engine did not open. */
    void abandon();

    /** The device's statistics, if it is an io_uring. Any thread may call this. */
    Optional<UringStatistics> uringStatistics();
}

package io.millrace.spi;

import io.millrace.spi.config.PortSettings;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Opens ports of one type, which {@link PortType#opener} gives; the engine has no other way to a port. Cold: called by
 * the thread that starts an engine. One object serves all engines of a process, so it has no state.
 */
public interface PortOpener {
    /**
     * Opens a port in one poller. What it has done to the host is undone if it throws.
     *
     * @param context what the engine gives
     * @return the port, with the roles that it has
     * @throws io.millrace.HostException                 if the host lacks something, or refuses it
     * @throws io.millrace.ConfigException if the settings do not suit the host
     */
    Port open(PortSettings port, PortContext context);

    /**
     * The queues of a port that pollers may share out among themselves, with {@code pollers = per-queue}; empty if each
     * poller opens the port as a whole. Asks the host.
     *
     * @throws io.millrace.HostException if the host has not got them
     */
    default Optional<int[]> queues(PortSettings port) {
        return Optional.empty();
    }

    /** The same port with one of its {@link #queues}. */
    default PortSettings withQueue(PortSettings port, int queue) {
        throw new IllegalArgumentException("ports of type " + port.type().name() + " have no queues to share out");
    }

    /** The names of ports that have to be open before this one, because it uses what is theirs. */
    default List<String> opensAfter(PortSettings port) {
        return List.of();
    }

    /** Whether the port tells when frames were sent, to a {@link io.millrace.TransmitListener}. */
    default boolean tellsTransmits(PortSettings port) {
        return false;
    }

    /**
     * Has the code that ports of the type run compiled before the first frame, by the duty cycle over ports whose other
     * side is played. What the host refuses here it refuses the engine, too, which says it better: then nothing is
     * done.
     *
     * @param ports those of this type in the engine, at least one
     */
    default void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {}
}

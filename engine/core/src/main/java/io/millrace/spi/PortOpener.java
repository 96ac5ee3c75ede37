package io.millrace.spi;

import io.millrace.spi.config.Settings;
import java.util.List;

/**
 * Opens ports of one type; {@link PortType#opener} returns it, and the engine opens ports in no other way. Cold: called
 * by the thread that starts an engine. One object serves all engines of a process, so it has no state.
 */
public interface PortOpener {
    /**
     * Opens a port in one poller. If it throws, it has undone what it did to the host.
     *
     * @param context what the engine gives
     * @return the port, with the roles that it has
     * @throws io.millrace.HostException                 if the host lacks something, or refuses it
     * @throws io.millrace.ConfigException if the settings do not suit the host
     */
    Port open(PortSettings port, PortContext context);

    /** The names of ports that have to be open before this one, because it uses their memory. */
    default List<String> opensAfter(PortSettings port) {
        return List.of();
    }

    /** Returns whether the port tells when frames were sent, to a {@link io.millrace.TransmitListener}. */
    default boolean tellsTransmits(PortSettings port) {
        return false;
    }

    /**
     * What tells ports of the type apart whose frames go through different code. A process warms up once for ports for
     * which it is equal.
     */
    default Object variant(PortSettings port) {
        return "";
    }

    /**
     * Has the code of this type's ports compiled before the first frame, by running the duty cycle over ports whose
     * other side is played. If the host refuses something here, the warm-up is skipped: the host will refuse it to the
     * engine, too, which gives the better message.
     *
     * @param ports the engine's ports of this type, at least one
     */
    default void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {}
}

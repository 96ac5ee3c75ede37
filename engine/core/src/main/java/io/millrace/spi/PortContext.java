package io.millrace.spi;

import io.millrace.TransmitListener;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the engine gives a port that is opened in one of its pollers. Cold; used on the thread that starts the engine.
 */
public interface PortContext {
    /** The id of the new port. */
    int portId();

    /** The number of the poller that the port belongs to, from 0. */
    int poller();

    /**
     * The arena that owns the frames' memory. It is closed when all ports are closed and the kernel has let go of the
     * memory.
     */
    Arena frames();

    /** The counters of the engine, where the port makes its own. */
    EngineCounters counters();

    /** The settings of the engine. */
    Settings engine();

    /** The listener that hears when the port's frames were sent. */
    TransmitListener transmitListener();

    /** How the port is to cut its byte streams into messages; empty if their bytes are frames as they come. */
    Optional<Framing> framing();

    /**
     * Returns an object that the ports of this poller share, whatever their types. It is made for the first port that
     * asks for it. If it is an {@link EventDevice}, the poller calls it in its duty cycle.
     */
    <T> T ofPoller(Class<T> type, Supplier<T> maker);

    /** Returns an object that the ports of all pollers share. It is made for the first port that asks for it. */
    <T> T ofEngine(Class<T> type, Supplier<T> maker);
}

package io.millrace.spi;

import io.millrace.TransmitListener;
import io.millrace.core.stage.Framer;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Supplier;

/** What the engine gives a port that is opened in one of its pollers. Cold; the thread that starts the engine. */
public interface PortContext {
    /** The id that the port is to have. */
    int portId();

    /** The number of the poller that the port belongs to, from 0. */
    int poller();

    /** Owns the frames' memory: it is unmapped when all ports are closed and the kernel has let go. */
    Arena frames();

    /** Makes the counters. */
    EngineCounters counters();

    /** The settings of the engine. */
    Settings engine();

    /** What hears of the times at which the port's frames were sent. */
    TransmitListener transmitListener();

    /** The stage that says how byte streams are cut into messages, if the pipeline has one. */
    Optional<Framer> framer();

    /**
     * What ports of this poller share, whatever their types: made for the first that asks for it. One that is an {@link
     * EventDevice} takes part in the poller's life.
     */
    <T> T ofPoller(Class<T> type, Supplier<T> maker);

    /** What ports of all pollers share: made for the first that asks for it. */
    <T> T ofEngine(Class<T> type, Supplier<T> maker);
}

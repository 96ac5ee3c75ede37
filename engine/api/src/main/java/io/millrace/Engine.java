package io.millrace;

import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.SetUpTimes;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * A running engine: ports, a poller, and the stages between them. Any number may run in one process, on different
 * queues.
 *
 * <pre>{@code
 *   MillraceConfig config = MillraceConfig.load(Path.of("gateway.conf"));
 *   try (Engine engine = Engine.builder(config).start()) {
 *       engine.awaitStop();
 *   }
 * }</pre>
 *
 * <p>Interfaces are those of the network namespace of the thread that starts the engine. All methods may be called by
 * any thread. Frames, segments and leases that were kept throw when they are used after {@link #close}.
 */
public interface Engine extends AutoCloseable {

    /** Begins with a config; {@link Builder#stage} adds stages of the program's own. */
    static Builder builder(MillraceConfig config) {
        return EngineProvider.found().builder(config);
    }

    /** Puts an engine together. Not thread-safe. */
    interface Builder {
        /**
         * Adds a stage of the program's own before the config's pipeline, and after those added before. The pipeline of
         * the config may be empty then. A drop outranks every forward ({@link Frame#forward(int)}), so a {@code { stage
         * = drop }} in the config drops what this stage forwards. A frame that no stage forwards or drops does not need
         * such a stage: it is consumed after the last one.
         *
         * @param name unique in the engine
         * @throws IllegalArgumentException if the name is not unique; {@link #start} throws it if there are several
         *         pollers
         */
        Builder stage(String name, Stage stage);

        /**
         * Adds a stage of the program's own for several pollers ({@code engine.pollers = per-queue}): each poller has
         * its own stage, on a thread of its own.
         *
         * @param name  unique in the engine
         * @param maker called once for each poller, by the thread that starts the engine
         */
        Builder stagePerPoller(String name, Supplier<Stage> maker);

        /**
         * Sets the listener that hears when frames were sent by a port, if a stage asked for that. With several pollers
         * it is called by each of their threads.
         *
         * @param port     the name of a port with {@code timestamp} in its {@code tx-metadata}; {@link #start} throws
         *                 an {@link IllegalArgumentException} if it has none
         * @param listener the port's only listener
         * @throws IllegalArgumentException if the port already has a listener
         */
        Builder onTransmitted(String port, TransmitListener listener);

        /**
         * Sets the clock of the stages' {@linkplain Timers timers}, for a test or a replay that has a time of its own.
         * Threads that sleep look at it at least every 50 ms. Without it, it is {@link System#nanoTime}.
         *
         * @param clock read by all threads that run stages, several times a duty cycle; what it throws ends the engine
         */
        Builder clock(NanoClock clock);

        /**
         * Opens the ports and starts. If that fails, every interface is left as it was. Frames and connections may
         * reach the stages before this returns: a stage may hear that a connection is {@code ESTABLISHED} while the
         * caller does not have the engine yet.
         *
         * @throws ConfigException if the config does not suit the host or a stage
         * @throws HostException if the host lacks something, a library for instance, or refuses it
         */
        Engine start();
    }

    /**
     * A snapshot of all counters; exact once the engine is closed. It never waits, not even for a close that is under
     * way, so stages may call it.
     */
    EngineStatistics statistics();

    /** How long the parts of {@link Builder#start} took. */
    SetUpTimes setUpTimes();

    /**
     * Returns whether a frame has come out of the pipeline since the start: forwarded, consumed or dropped. Cheaper
     * than {@link #statistics}, for callers who wait for the first frame.
     */
    boolean hasHandledFrame();

    /**
     * Returns a port, to be queried or changed while the engine runs.
     *
     * @throws IllegalArgumentException if there is no port of this name
     */
    EnginePort port(String name);

    /**
     * Returns what ends TCP connections by their ids; for any thread, including a stage's. It does nothing once the
     * engine is closed.
     */
    ConnectionControl connections();

    /** Waits until the engine has stopped, by {@link #close} or by itself. */
    void awaitStop() throws InterruptedException;

    /** Waits until the engine has stopped, but not longer than the given time; returns whether it has stopped. */
    boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException;

    /**
     * The failure that made the engine stop by itself. If there was none, then, once the engine has stopped, what kept
     * the stop from being in order: frames that the stages had not handled when {@code engine.drain-timeout} passed, or
     * a stage that does not return. Null if all is well.
     */
    EngineException failure();

    /** Asks the engine to stop in order soon, and returns at once; for stages and other callers that must not wait. */
    void requestStop();

    /**
     * Stops in order: no new frames are received, the stages finish those they have, what is to be sent is sent, every
     * frame is accounted for, and the memory is unmapped. That takes at most {@code engine.drain-timeout} and a second.
     * Frames that the stages have not handled by then are counted as dropped at stop, and {@link #failure} tells of
     * them, as it does of a stage that does not return. Calling it again does nothing. An interrupt of the caller has
     * no effect on it and is kept. A stage calls {@link #requestStop} instead.
     *
     * @throws EngineException if something could not be released; everything else was
     */
    @Override
    void close();
}

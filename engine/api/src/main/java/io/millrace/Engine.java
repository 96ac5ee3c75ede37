package io.millrace;

import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.SetUpTimes;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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
 * <p>Interfaces are those of the network namespace of the thread that starts it. All methods may be called by any
 * thread. What was kept from the engine, frames, segments and leases, throws when it is used after {@link #close}.
 */
public interface Engine extends AutoCloseable {

    /** Starts from a config; {@link Builder#stage} adds stages of the program's own. */
    static Builder builder(MillraceConfig config) {
        return EngineProvider.found().builder(config);
    }

    /** Puts an engine together. Not thread-safe. */
    interface Builder {
        /**
         * Adds a stage of the program's own in front of the config's pipeline, behind those added before. The pipeline
         * of the config may be empty then. A drop counts more than every forward ({@link Frame#forward(int)}), so that
         * a {@code { stage = drop }} in the config drops what this stage forwards; a frame that nobody forwards or
         * drops needs no such stage, it is consumed behind the last one.
         *
         * @param name unique in the engine
         * @throws IllegalArgumentException if it is not; {@link #start} throws it if there are several pollers
         */
        Builder stage(String name, Stage stage);

        /**
         * Adds the same where there are several pollers ({@code engine.pollers = per-queue}): each has a stage of its
         * own, on a thread of its own.
         *
         * @param name  unique in the engine
         * @param maker called once for each poller, by the thread that starts the engine
         */
        Builder stagePerPoller(String name, Supplier<Stage> maker);

        /**
         * Has a listener hear when frames left by a port for which a stage asked that. With several pollers it is
         * called by each of their threads.
         *
         * @param port     one with {@code timestamp} in its {@code tx-metadata}; {@link #start} throws an
         *                 {@link IllegalArgumentException} if it is none
         * @param listener the port's only one
         * @throws IllegalArgumentException if the port has one already
         */
        Builder onTransmitted(String port, TransmitListener listener);

        /**
         * Opens the ports and starts. If that fails, every interface is left as it was. Frames and connections may come
         * to the stages before this returns: a stage may hear that a connection is {@code ESTABLISHED} while the caller
         * has no engine yet.
         *
         * @throws ConfigException if the config does not suit the host or a stage
         * @throws HostException   if the host lacks something, a library say, or refuses it
         */
        Engine start();
    }

    /**
     * A snapshot of all counters; exact once the engine is closed. Waits for nothing, a close that is under way
     * included: stages may ask.
     */
    EngineStatistics statistics();

    /** What {@link Builder#start} took. */
    SetUpTimes setUpTimes();

    /**
     * Whether a frame has come out of the pipeline since the start: sent on, consumed or dropped. Cheaper than {@link
     * #statistics}, for those who wait for the first.
     */
    boolean hasHandledFrame();

    /**
     * A port, to be asked or changed while the engine runs.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    EnginePort port(String name);

    /** Ends TCP connections by their ids; any thread, a stage's too. Does nothing once the engine is closed. */
    ConnectionControl connections();

    /** Waits until the engine has stopped, by {@link #close} or by itself. */
    void awaitStop() throws InterruptedException;

    /** Waits for the same, at most that long; returns whether it has stopped. */
    boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException;

    /**
     * What made the engine stop by itself, or else, once it has stopped, what kept the stop from being in order: frames
     * that the stages had not handled when {@code engine.drain-timeout} passed, or a stage that does not return. Null
     * if all is well.
     */
    EngineException failure();

    /** Lets the engine stop in order soon and returns; for stages and other callers that must not wait. */
    void requestStop();

    /**
     * Stops in order: no new frames, the stages finish those they have, what is to be sent is sent, every frame is
     * counted home, the memory is unmapped. Takes as long as that, at most {@code engine.drain-timeout} and a second;
     * frames that the stages have not handled by then are counted as dropped at stop, and {@link #failure} tells of
     * them, as it does of a stage that does not return. Idempotent. An interrupt of the caller changes nothing of it
     * and is kept. A stage calls {@link #requestStop} instead.
     *
     * @throws EngineException if something could not be given back; everything else was
     */
    @Override
    void close();
}

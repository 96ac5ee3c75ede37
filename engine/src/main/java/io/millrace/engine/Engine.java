package io.millrace.engine;

import io.millrace.engine.config.MillraceConfig;
import io.millrace.engine.counters.EngineStatistics;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.engine.counters.SetUpTimes;
import io.millrace.engine.link.LinkMonitor;
import io.millrace.engine.link.LinkedPort;
import io.millrace.engine.path.Port;
import io.millrace.engine.thread.EngineLog;
import io.millrace.engine.thread.LogQueue;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

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
public final class Engine implements AutoCloseable {
    private static final Logger LOG = EngineLog.of(Engine.class);

    /** How long a stop waits for the log to take the last lines: it may never do. */
    private static final long LOG_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EngineParts parts;
    private final LogQueue log = new LogQueue();
    private final EngineThreads threads;
    private final LinkMonitor links;
    private final FaultReporter faults;
    /** Made at the start: a stop may come for want of memory. */
    private final EngineShutdown shutdown;

    private final StopThread stopThread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long startNs;
    private volatile Throwable failure;
    /** What the stop has left undone, in words, or null. */
    private volatile String undone;

    private volatile boolean stopRequested;
    private volatile EngineStatistics last;

    private Engine(EngineParts parts, LinkMonitor links) {
        this.parts = parts;
        this.links = links;
        try {
            this.threads = new EngineThreads(parts, log);
            this.faults = new FaultReporter(parts, log);
            this.shutdown = new EngineShutdown(parts, threads, links);
        } catch (Throwable e) { // for want of memory, say
            parts.abandon(new CleanUp(e));
            throw e;
        }
        this.stopThread = newStopThread();
        parts.failures().onFatal(this::fail);
        try {
            start();
        } catch (Throwable e) {
            new CleanUp(e).step(this::close);
            throw e;
        }
        threads.onFailure(this::threadFailed);
    }

    private StopThread newStopThread() {
        try {
            return new StopThread(log, this::stop, this::ended);
        } catch (Throwable e) { // the host lets the process have no more threads
            new CleanUp(e).step(shutdown::run);
            throw e;
        }
    }

    /** Holds up a stop, which a stage that throws at once may ask for, until all is open. */
    private void start() {
        synchronized (parts) {
            log.start();
            threads.start();
            parts.ports().forEach(Port::startReceiving);
            links.start(linkedPorts(), reason -> fail(new EngineException(reason, null)), this::threadFailed, log);
            faults.start();
            startNs = System.nanoTime();
        }
    }

    private List<LinkedPort> linkedPorts() {
        return parts.ports().flatMap(port -> port.links().stream()).toList();
    }

    /** Starts from a config; {@link Builder#stage} adds stages of the program's own. */
    public static Builder builder(MillraceConfig config) {
        return new Builder(config);
    }

    /** Puts an engine together. Not thread-safe. */
    public static final class Builder {
        private final MillraceConfig config;
        private final OwnStages stages = new OwnStages();
        private final TransmitListeners listeners = new TransmitListeners();

        private Builder(MillraceConfig config) {
            this.config = config;
        }

        /**
         * Adds a stage of the program's own in front of the config's pipeline, behind those added before. The pipeline
         * of the config may be empty then. A drop counts more than every forward ({@link Frame#forward(int)}), so that
         * a {@code { stage = drop }} in the config drops what this stage forwards; a frame that nobody forwards or drops
         * needs no such stage, it is consumed behind the last one.
         *
         * @param name unique in the engine
         * @throws IllegalArgumentException if it is not; {@link #start} throws it if there are several pollers
         */
        public Builder stage(String name, Stage stage) {
            stages.add(name, stage);
            return this;
        }

        /**
         * Adds the same where there are several pollers ({@code engine.pollers = per-queue}): each has a stage of its
         * own, on a thread of its own.
         *
         * @param name  unique in the engine
         * @param maker called once for each poller, by the thread that starts the engine
         */
        public Builder stagePerPoller(String name, Supplier<Stage> maker) {
            stages.add(name, maker);
            return this;
        }

        /**
         * Has a listener hear when frames left by a port for which a stage asked that. With several pollers it is
         * called by each of their threads.
         *
         * @param port     one with {@code timestamp} in its {@code tx-metadata}; {@link #start} throws an
         *                 {@link IllegalArgumentException} if it is none
         * @param listener the port's only one
         * @throws IllegalArgumentException if the port has one already
         */
        public Builder onTransmitted(String port, TransmitListener listener) {
            listeners.add(port, listener);
            return this;
        }

        /**
         * Opens the ports and starts. If that fails, every interface is left as it was. Frames and connections may come
         * to the stages before this returns: a stage may hear that a connection is {@code ESTABLISHED} while the caller
         * has no engine yet.
         *
         * @throws io.millrace.engine.config.ConfigException if the config does not suit the host or a stage
         * @throws HostException                             if the host lacks something, or refuses it
         * @throws io.millrace.bindings.MissingLibraryException if that is a library
         */
        public Engine start() {
            if (stages.count() == 0) {
                config.requireStages();
            }
            config.warnings().forEach(LOG::warn);
            LinkMonitor links = LinkMonitor.open(config.ports());
            try {
                return new Engine(EngineAssembly.assemble(config, stages, listeners), links);
            } catch (Throwable e) {
                new CleanUp(e).step(links::close);
                throw e;
            }
        }
    }

    /**
     * A snapshot of all counters; exact once the engine is closed. Waits for nothing, a close that is under way
     * included: stages may ask.
     */
    public EngineStatistics statistics() {
        EngineStatistics end = last;
        if (end != null) {
            return end;
        }
        return statistics(parts.portStatistics());
    }

    /** What {@link Builder#start} took. */
    public SetUpTimes setUpTimes() {
        return parts.times();
    }

    /**
     * Whether a frame has come out of the pipeline since the start: sent on, consumed or dropped. Cheaper than {@link
     * #statistics}, for those who wait for the first.
     */
    public boolean hasHandledFrame() {
        return parts.handledFrame();
    }

    /**
     * A port, to be asked or changed while the engine runs.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public EnginePort port(String name) {
        Port[] ports = parts.lanes().getFirst().ports();
        for (Port port : ports) {
            if (port.name().equals(name)) {
                return new EnginePort(this, port);
            }
        }
        throw new IllegalArgumentException("there is no port " + name + "; the engine has "
                + Stream.of(ports).map(Port::name).collect(Collectors.joining(", ")));
    }

    /** Ends TCP connections by their ids; any thread, a stage's too. Does nothing once the engine is closed. */
    public ConnectionControl connections() {
        return parts.connections();
    }

    /** For changes, which a thread of the engine must not wait for. */
    void requireRunning() {
        if (stopRequested) {
            throw new IllegalStateException(
                    "the engine has stopped, or is about to; ports can be changed while it runs");
        }
        if (threads.isOwn(Thread.currentThread())) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName()
                    + " is the engine's own; change ports from another thread, frames would wait for this one");
        }
    }

    private EngineStatistics statistics(List<PortStatistics> ports) {
        return new EngineStatistics(
                System.nanoTime() - startNs,
                threads.allocatedBytes(),
                threads.names(),
                ports,
                parts.stageStatistics(),
                parts.uringStatistics(),
                log.dropped());
    }

    /** Waits until the engine has stopped, by {@link #close} or by itself. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Waits for the same, at most that long; returns whether it has stopped. */
    public boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException {
        return stopped.await(timeout, unit);
    }

    /**
     * What made the engine stop by itself, or else, once it has stopped, what kept the stop from being in order: frames
     * that the stages had not handled when {@code engine.drain-timeout} passed, or a stage that does not return. Null
     * if all is well.
     */
    public EngineException failure() {
        Throwable cause = failure;
        if (cause == null) {
            String left = undone;
            return left == null ? null : new EngineException("the engine did not stop in order: " + left, null);
        }
        Object what = cause instanceof EngineException own ? own.getMessage() : cause;
        return new EngineException("the engine stopped: " + what, cause);
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        requestStop();
    }

    private void threadFailed(Throwable cause) {
        fail(cause);
        try {
            LOG.error("a thread of the engine failed", cause);
        } catch (Throwable e) { // for want of memory, say: failure() has the cause, and the stop is under way
            return;
        }
    }

    /** Lets the engine stop in order soon and returns; for stages and other callers that must not wait. */
    public void requestStop() {
        synchronized (stopped) {
            if (stopRequested) {
                return;
            }
            stopRequested = true;
        }
        stopThread.request();
    }

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
    public void close() {
        requestStop();
        if (threads.isOwn(Thread.currentThread())) {
            return;
        }
        stopThread.await();
        Throwable cause = stopThread.failure();
        if (cause != null) {
            throw new EngineException("the engine did not stop in order: " + cause, cause);
        }
    }

    /** On the stop's thread. */
    private void stop() {
        synchronized (parts) {
            last = statistics(shutdown.run());
            undone = shutdown.account().problem(last);
            if (undone != null) {
                LOG.warn("the stop is not in order: {}", undone);
            }
        }
        if (shutdown.failure() != null) {
            throw new EngineException("a port could not be closed: " + shutdown.failure(), shutdown.failure());
        }
    }

    /** On the stop's thread, whether the stop was in order or not. */
    private void ended() {
        if (failure == null) {
            failure = stopThread.failure();
        }
        try {
            links.close();
            faults.close();
            log.close(LOG_PATIENCE_NS);
            if (last != null) {
                last = last.withLogDropped(log.dropped());
            }
        } finally {
            stopped.countDown();
        }
    }
}

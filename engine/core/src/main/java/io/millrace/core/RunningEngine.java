package io.millrace.core;

import io.millrace.ConnectionControl;
import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.EnginePort;
import io.millrace.core.link.LinkMonitor;
import io.millrace.core.thread.LogQueue;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Linked;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.Port;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.SetUpTimes;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** A running engine: its parts, their threads, and one thread that stops them. */
final class RunningEngine implements Engine {
    private static final Logger LOG = EngineLog.of(Engine.class);

    /** How long a stop waits for the log to take the last lines, which it may never do. */
    private static final long LOG_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EngineParts parts;
    private final LogQueue log = new LogQueue();
    private final EngineThreads threads;
    private final LinkMonitor links;
    private final FaultReporter faults;
    /** Made at the start, since lack of memory may be what causes the stop. */
    private final EngineShutdown shutdown;

    private final StopThread stopThread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long startNs;
    private volatile Throwable failure;
    /** What the stop had to leave undone, in words, or null. */
    private volatile String undone;

    private volatile boolean stopRequested;
    private volatile EngineStatistics last;

    RunningEngine(EngineParts parts, LinkMonitor links) {
        this.parts = parts;
        this.links = links;
        try {
            this.threads = new EngineThreads(parts, log);
            this.faults = new FaultReporter(parts, log);
            this.shutdown = new EngineShutdown(parts, threads, links);
        } catch (Throwable e) { // an OutOfMemoryError, for instance
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
        } catch (Throwable e) { // an OutOfMemoryError: the host lets the process have no more threads
            new CleanUp(e).step(shutdown::run);
            throw e;
        }
    }

    /** Held until everything is open. A stage that throws at once may ask for a stop before that, which then waits. */
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
        return parts.having(Linked.class).flatMap(port -> port.links().stream()).toList();
    }

    @Override
    public EngineStatistics statistics() {
        EngineStatistics end = last;
        if (end != null) {
            return end;
        }
        return statistics(parts.portStatistics());
    }

    @Override
    public SetUpTimes setUpTimes() {
        return parts.times();
    }

    @Override
    public boolean hasHandledFrame() {
        return parts.handledFrame();
    }

    @Override
    public EnginePort port(String name) {
        Port[] ports = parts.lanes().getFirst().ports();
        for (Port port : ports) {
            if (port.name().equals(name)) {
                return new RunningPort(this, port);
            }
        }
        throw new IllegalArgumentException("there is no port " + name + "; the engine has "
                + Stream.of(ports).map(Port::name).collect(Collectors.joining(", ")));
    }

    @Override
    public ConnectionControl connections() {
        return parts.connections();
    }

    /** Refuses a call from one of the engine's threads: none of them may wait for a change of the engine. */
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

    @Override
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    @Override
    public boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException {
        return stopped.await(timeout, unit);
    }

    @Override
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
        } catch (Throwable e) { // an OutOfMemoryError, for instance: failure() has the cause, and the stop is under way
            return;
        }
    }

    @Override
    public void requestStop() {
        synchronized (stopped) {
            if (stopRequested) {
                return;
            }
            stopRequested = true;
        }
        stopThread.request();
    }

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

    /** Runs on the stop's thread. */
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

    /** Runs on the stop's thread, whether the stop was in order or not. */
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

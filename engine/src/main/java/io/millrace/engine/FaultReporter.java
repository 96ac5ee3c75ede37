package io.millrace.engine;

import io.millrace.engine.path.Port;
import io.millrace.engine.path.Uninterrupted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Logs what goes wrong at the ports of an engine, {@link io.millrace.engine.counters.PortFault}, on a thread of its own:
 * whoever reads the log may be slow, or stop to read, and pollers and stages must not feel it.
 */
final class FaultReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FaultReporter.class);
    private static final long PERIOD_NS = 1_000_000_000;
    /** How long a close waits for the last lines: the log may never take them. */
    private static final long PATIENCE_NS = 200_000_000;

    private final List<FaultReport> reports = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;

    FaultReporter(EngineParts parts) {
        int count = parts.lanes().getFirst().ports().length;
        for (int id = 0; id < count; id++) {
            int portId = id;
            List<Port> port = parts.lanes().stream().map(lane -> lane.ports()[portId]).toList();
            reports.add(new FaultReport(port.getFirst().name(), port.stream().map(Port::counters).toList(),
                port.getFirst()::advice, LOG::warn));
        }
        this.thread = Thread.ofPlatform().name("mr-report").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean isLast;
        do {
            LockSupport.parkNanos(PERIOD_NS);
            isLast = closing;
            turn(isLast);
        } while (!isLast);
    }

    /** A log that fails, for want of memory say, is no reason to tell no more. */
    private void turn(boolean isLast) {
        try {
            long nowNs = System.nanoTime();
            reports.forEach(report -> report.turn(nowNs, isLast));
        } catch (Throwable e) {
            Thread.yield();
        }
    }

    /** Tells what has not been told, when the counters change no more. Idempotent. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        Uninterrupted.join(thread, System.nanoTime() + PATIENCE_NS);
    }
}

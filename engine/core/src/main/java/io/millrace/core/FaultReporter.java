package io.millrace.core;

import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.StageRunner;
import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import io.millrace.spi.EngineLog;
import io.millrace.spi.KernelCounted;
import io.millrace.spi.Port;
import io.millrace.spi.config.EngineKeys;
import io.millrace.statistics.KernelStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Logs what goes wrong in an engine: the ports' faults ({@link io.millrace.spi.counters.PortFault}), what the kernel
 * drops before it reaches them, and which stages are stuck. A thread of its own looks once a second, so that pollers
 * and stages only have to count.
 */
final class FaultReporter implements AutoCloseable {
    private static final Logger LOG = EngineLog.of(FaultReporter.class);
    private static final long LONGEST_PERIOD_NS = 1_000_000_000;
    /** How many looks a stage must have been idle for before it counts as stuck. */
    private static final int LOOKS = 5;

    private final List<FaultReport> reports = new ArrayList<>();
    private final List<KernelDropReport> kernelDrops = new ArrayList<>();
    private final List<StageWatch> watches = new ArrayList<>();
    private final long periodNs;
    private final Thread thread;
    private volatile boolean closing;

    FaultReporter(EngineParts parts, LogQueue log) {
        int count = parts.lanes().getFirst().ports().length;
        for (int id = 0; id < count; id++) {
            int portId = id;
            List<Port> port =
                    parts.lanes().stream().map(lane -> lane.ports()[portId]).toList();
            reports.add(new FaultReport(
                    port.getFirst().name(),
                    port.stream().map(Port::counters).toList(),
                    port.getFirst()::advice,
                    LOG::warn));
            kernelDrops.add(new KernelDropReport(
                    port.getFirst().name(),
                    port.stream()
                            .filter(KernelCounted.class::isInstance)
                            .map(KernelCounted.class::cast)
                            .<Supplier<KernelStatistics>>map(inLane -> inLane::kernelStatistics)
                            .toList(),
                    LOG::warn));
        }
        long patienceNs = parts.config().engine().get(EngineKeys.STUCK_AFTER);
        this.periodNs = Math.min(LONGEST_PERIOD_NS, patienceNs / LOOKS);
        for (int i = 0; i < parts.lanes().getFirst().stages().size(); i++) {
            addWatches(parts, i, patienceNs);
        }
        this.thread = EngineThread.of(log, "mr-report", this::run);
    }

    /** The watches of a stage, one for each thread that runs it. */
    private void addWatches(EngineParts parts, int stage, long patienceNs) {
        List<StageRunner> runners =
                parts.lanes().stream().map(lane -> lane.stages().get(stage)).toList();
        boolean isInline = parts.lanes().getFirst().pipeline() instanceof InlinePipeline;
        if (!parts.shared().isEmpty()) {
            addWatch(runners.getFirst().name(), runners, isInline, patienceNs);
            return;
        }
        for (Lane lane : parts.lanes()) {
            StageRunner own = lane.stages().get(stage);
            addWatch(Lane.named(own.name(), lane.number()), List.of(own), isInline, patienceNs);
        }
    }

    private void addWatch(String name, List<StageRunner> runners, boolean isInline, long patienceNs) {
        watches.add(new StageWatch(name, runners, isInline, patienceNs, LOG::warn, LOG::info));
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean isLast;
        long beforeNs = System.nanoTime();
        do {
            LockSupport.parkNanos(periodNs);
            Thread.interrupted(); // an interrupt would make the next park return at once
            isLast = closing;
            long nowNs = System.nanoTime();
            // time in which the whole process was halted does not count
            turn(nowNs, Math.min(nowNs - beforeNs, 2 * periodNs), isLast);
            beforeNs = nowNs;
        } while (!isLast);
    }

    /** Goes on if logging fails, because memory is lacking for instance: the next line may succeed. */
    private void turn(long nowNs, long passedNs, boolean isLast) {
        try {
            if (!isLast) {
                watches.forEach(watch -> watch.turn(passedNs));
            }
            reports.forEach(report -> report.turn(nowNs, isLast));
            kernelDrops.forEach(report -> report.turn(nowNs, isLast));
        } catch (Throwable e) {
            Thread.yield();
        }
    }

    /**
     * Logs what has not been logged yet; to be called when the counters no longer change. Calling it again does
     * nothing.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        EngineThread.awaitEnd(thread);
    }
}

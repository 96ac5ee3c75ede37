package io.millrace.core;

import io.millrace.core.config.LeaseKeys;
import io.millrace.core.link.LinkMonitor;
import io.millrace.core.path.Drain;
import io.millrace.core.path.Poller;
import io.millrace.spi.ConnectionHost;
import io.millrace.spi.EngineLog;
import io.millrace.spi.EventDevice;
import io.millrace.spi.Port;
import io.millrace.spi.config.EngineKeys;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Stops an engine, always in this order: no new frames come in; what is in the pipeline goes through; what is to be
 * sent is sent; threads end; the kernel lets go of the memory; every frame is counted; the memory is unmapped.
 */
final class EngineShutdown {
    private static final Logger LOG = EngineLog.of(EngineShutdown.class);
    private static final long ABANDON_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long THREAD_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EngineParts parts;
    private final EngineThreads threads;
    private final LinkMonitor links;
    /**
     * The final statistics of each port, by lane and id. A port that has an entry is closed: if the stop is tried
     * again, it is not closed twice.
     */
    private final PortStatistics[][] closed;

    private final boolean[][] closing;
    private volatile boolean inTime = true;
    private volatile List<String> stuck = List.of();
    private boolean unmapped;
    private Throwable failure;

    EngineShutdown(EngineParts parts, EngineThreads threads, LinkMonitor links) {
        this.parts = parts;
        this.threads = threads;
        this.links = links;
        this.closed = parts.lanes().stream()
                .map(lane -> new PortStatistics[lane.ports().length])
                .toArray(PortStatistics[][]::new);
        this.closing = parts.lanes().stream()
                .map(lane -> new boolean[lane.ports().length])
                .toArray(boolean[][]::new);
    }

    /**
     * Stops the engine and returns the ports' final statistics. If it fails because memory is lacking it may be called
     * again, and continues where it was.
     */
    List<PortStatistics> run() {
        links.onlyWatch(); // a stop does not wait for an interface that goes down now
        parts.ports().forEach(Port::stopReceiving);
        parts.lanes().forEach(lane -> lane.poller().drain());
        Drain drain = drained(parts.config().engine().get(EngineKeys.DRAIN_TIMEOUT));
        if (drain != Drain.DONE) {
            inTime = drain == Drain.FAILED;
            parts.stop().abandon();
            parts.having(ConnectionHost.class).forEach(ConnectionHost::giveUp);
            drained(ABANDON_PATIENCE_NS); // frames that are still on their way after this are counted where they are
        }
        links.close();
        stuck = threads.stop(THREAD_PATIENCE_NS);
        List<PortStatistics> last = parts.portStatistics(this::closePorts);
        reportLeases(last);
        for (Lane lane : parts.lanes()) {
            lane.devices().forEach(threads.hasStarted(lane) ? EventDevice::close : EventDevice::abandon);
        }
        parts.lanes().forEach(lane -> lane.leases().revokeBuffers());
        unmap();
        return last;
    }

    private List<PortStatistics> closePorts(Lane lane) {
        PortStatistics[] told = closed[lane.number()];
        for (Port port : lane.ports()) {
            int id = port.id();
            if (!closing[lane.number()][id]) {
                closing[lane.number()][id] = true;
                close(port, lane, told);
            }
            if (told[id] == null) { // its close failed: its counters are all that is known
                told[id] = lane.statistics(port);
            }
        }
        return List.of(told);
    }

    /** Closes every port, even if closing one of them fails. */
    private void close(Port port, Lane lane, PortStatistics[] told) {
        try {
            told[port.id()] = port.close(lane::auditHolders);
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** The exception that kept a port from being closed, or null. */
    Throwable failure() {
        return failure;
    }

    /** What the stop had to leave undone; known when it is over. */
    StopAccount account() {
        return new StopAccount(inTime, stuck);
    }

    private Drain drained(long timeoutNs) {
        List<Poller> pollers = parts.lanes().stream()
                .filter(threads::hasStarted)
                .map(Lane::poller)
                .toList();
        return Drain.await(pollers, timeoutNs);
    }

    private void reportLeases(List<PortStatistics> ports) {
        int leased = ports.stream()
                .map(PortStatistics::frames)
                .mapToInt(FrameCensus::leased)
                .sum();
        List<Throwable> places = new ArrayList<>();
        parts.lanes().forEach(lane -> lane.leases().forEachTracked(places::add));
        LeaseReport.tell(leased, parts.config().leases().get(LeaseKeys.TRACK), places, LOG::warn);
    }

    /** While a thread still runs a stage, the memory stays mapped: the stage may access frames. */
    private void unmap() {
        if (unmapped) {
            return;
        }
        unmapped = true;
        if (failure != null) {
            LOG.error("a port could not be closed, so the frames' memory stays mapped; report this", failure);
        } else if (!stuck.isEmpty()) {
            LOG.error(
                    "{} does not return from its stage, so the frames' memory stays mapped; let stages return, or"
                            + " heed interrupts",
                    String.join(", ", stuck));
        } else if (!parts.devices().allMatch(EventDevice::isQuiet)) {
            LOG.error("the kernel has not let go of what is being sent, so the frames' memory stays mapped; a peer or a"
                    + " device holds sends without a copy back, set zero-copy-above = off if it goes on");
        } else if (!closed(parts.arena())) {
            LOG.error("a native call has a frame's segment in use, so the frames' memory stays mapped; end such calls"
                    + " before the engine is closed");
        }
    }

    /**
     * A native call that was given a segment, a write to a file for instance, keeps the arena from being closed until
     * it returns.
     */
    private static boolean closed(Arena arena) {
        long deadline = System.nanoTime() + THREAD_PATIENCE_NS;
        while (true) {
            try {
                arena.close();
                return true;
            } catch (IllegalStateException e) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                Drain.pause();
            }
        }
    }
}

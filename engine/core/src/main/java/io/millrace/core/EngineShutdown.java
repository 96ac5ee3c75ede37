package io.millrace.core;

import io.millrace.core.config.LeaseKeys;
import io.millrace.core.link.LinkMonitor;
import io.millrace.core.path.Drain;
import io.millrace.core.thread.EngineLog;
import io.millrace.spi.ConnectionHost;
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
 * The one order in which an engine stops: no new frames; what is in the pipeline goes through; what is to be sent is
 * sent; threads end; the kernel lets go of the memory; every frame is counted; the memory is unmapped.
 */
final class EngineShutdown {
    private static final Logger LOG = EngineLog.of(EngineShutdown.class);
    private static final long ABANDON_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long THREAD_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EngineParts parts;
    private final EngineThreads threads;
    private final LinkMonitor links;
    /**
     * What each port told at its end, by lane and id. No port is closed twice, also if a stop has to be tried again.
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

    /** The ports' final statistics. May be tried again if it fails for want of memory: it goes on where it was. */
    List<PortStatistics> run() {
        links.onlyWatch(); // an interface that goes down meanwhile is not waited for
        parts.ports().forEach(Port::stopReceiving);
        parts.lanes().forEach(lane -> lane.poller().drain());
        Drain drain = drained(parts.config().engine().get(EngineKeys.DRAIN_TIMEOUT));
        if (drain != Drain.DONE) {
            inTime = drain == Drain.FAILED;
            parts.stop().abandon();
            parts.having(ConnectionHost.class).forEach(ConnectionHost::giveUp);
            drained(ABANDON_PATIENCE_NS); // what is still on its way then is counted where it is
        }
        links.close();
        stuck = threads.stop(THREAD_PATIENCE_NS);
        List<PortStatistics> last = parts.portStatistics(this::closePorts);
        reportLeases(last);
        parts.devices().forEach(EventDevice::close);
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
            if (told[id] == null) { // its close failed: what it has counted is all that there is
                told[id] = lane.statistics(port);
            }
        }
        return List.of(told);
    }

    /** A port that can't be closed keeps none of the others open. */
    private void close(Port port, Lane lane, PortStatistics[] told) {
        try {
            told[port.id()] = port.close(lane::auditHolders);
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** What kept a port from being closed, or null. */
    Throwable failure() {
        return failure;
    }

    /** What the stop has left undone, once it is over. */
    StopAccount account() {
        return new StopAccount(inTime, stuck);
    }

    private Drain drained(long timeoutNs) {
        return Drain.await(parts.lanes().stream().map(Lane::poller).toList(), timeoutNs);
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

    /** A thread that still runs a stage would work on frames that are no more: then the memory stays. */
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
     * A native call that was given a segment, a write to a file for instance, holds the arena open until it returns.
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

package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;

/** Ends the connections of a port that have taken too long for something. Only the poller's thread may use this. */
final class StreamTimeOuts {
    private final StreamLifecycle lifecycle;
    private final StreamTable table;
    private final CycleClock clock;
    private final Durations after;

    /** The times after which connections end, in nanoseconds; 0 means never. */
    record Durations(long idleNs, long writeNs, long waitNs) {}

    StreamTimeOuts(StreamLifecycle lifecycle, StreamTable table, CycleClock clock, Durations after) {
        this.lifecycle = lifecycle;
        this.table = table;
        this.clock = clock;
        this.after = after;
    }

    /**
     * Ends connections that have taken too long, and those that have failed without being looked at at once: a
     * connection whose wait another port has given up, for instance. Called a few times within the shortest of the
     * time-outs.
     */
    void check() {
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (connection.isOver() || connection.failure() != 0) {
                lifecycle.advance(connection);
            } else {
                check(connection, clock.nowNs());
            }
        }
    }

    private void check(StreamConnection connection, long nowNs) {
        long closeByNs = connection.closeByNs();
        if (closeByNs != 0 && nowNs - closeByNs >= 0) {
            lifecycle.endInOrder(connection);
        } else if (after.waitNs > 0
                && connection.inbound.waitsFor() != null
                && waitedNs(connection, nowNs) > after.waitNs) {
            lifecycle.waitedTooLong(connection);
        } else if (connection.state().canWrite() || connection.state() == StreamState.HANDSHAKING) {
            if (isWriting(connection) && after.writeNs > 0 && nowNs - connection.outbound.writeStartNs > after.writeNs
                    || isIdle(connection) && after.idleNs > 0 && nowNs - connection.activeNs() > after.idleNs) {
                lifecycle.failed(connection, ETIMEDOUT());
            }
        }
    }

    /**
     * The time since when nothing has been sent to the target of its frames. As long as something is sent, however
     * little, the connection may wait.
     */
    private static long waitedNs(StreamConnection connection, long nowNs) {
        InboundHalf inbound = connection.inbound;
        return Math.min(nowNs - inbound.waitsSinceNs(), nowNs - inbound.waitsFor().writeStartNs);
    }

    /** Memory of sends without a copy counts if another connection waits for it. */
    private boolean isWriting(StreamConnection connection) {
        OutboundHalf outbound = connection.outbound;
        return !outbound.hasNothing()
                || outbound.unacknowledged > 0
                        && (outbound.isFull()
                                || outbound.isSealed()
                                || connection.state() == StreamState.HALF_CLOSED
                                || lifecycle.isStopping());
    }

    /** Returns whether the peer is silent. A connection that is not read because there is no room is not idle. */
    private static boolean isIdle(StreamConnection connection) {
        return connection.outbound.hasNothing() && !connection.inbound.isPaused();
    }
}

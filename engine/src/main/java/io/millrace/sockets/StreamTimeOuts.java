package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;

/** Ends the connections of a port that have taken too long for something. Poller's thread only. */
final class StreamTimeOuts {
    private final StreamLifecycle lifecycle;
    private final StreamTable table;
    private final Durations after;

    /** After how long connections end, in nanoseconds; 0 is never. */
    record Durations(long idleNs, long writeNs, long waitNs) {}

    StreamTimeOuts(StreamLifecycle lifecycle, StreamTable table, Durations after) {
        this.lifecycle = lifecycle;
        this.table = table;
        this.after = after;
    }

    /** Looks at every connection. */
    void check() {
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (!connection.over) {
                check(connection, lifecycle.nowNs());
            } else {
                lifecycle.release(connection);
            }
        }
    }

    private void check(StreamConnection connection, long nowNs) {
        if (connection.closeByNs != 0 && nowNs - connection.closeByNs >= 0) {
            lifecycle.endInOrder(connection);
        } else if (connection.waitsFor != null && after.waitNs > 0 && waitedNs(connection, nowNs) > after.waitNs) {
            lifecycle.waitedTooLong(connection);
        } else if (connection.isEstablished() && !connection.discarding) {
            if (isWriting(connection) && after.writeNs > 0 && nowNs - connection.writeStartNs > after.writeNs
                    || isIdle(connection) && after.idleNs > 0 && nowNs - connection.activeNs > after.idleNs) {
                lifecycle.failed(connection, ETIMEDOUT());
            }
        }
    }

    /** Since when nothing has gone to where its frames go: as long as something does, however little, it may wait. */
    private static long waitedNs(StreamConnection connection, long nowNs) {
        return Math.min(nowNs - connection.waitsSinceNs, nowNs - connection.waitsFor.writeStartNs);
    }

    /** Memory that was not copied counts where somebody waits for it. */
    private boolean isWriting(StreamConnection connection) {
        return connection.head != StreamConnection.NONE
                || connection.unacknowledged > 0
                        && (connection.full
                                || connection.lastQueued
                                || connection.halfClosedPassed
                                || lifecycle.isStopping());
    }

    /** Whether its silence is the peer's: a connection that is not read, for want of room elsewhere, is not idle. */
    private static boolean isIdle(StreamConnection connection) {
        return connection.head == StreamConnection.NONE
                && connection.waitsFor == null
                && connection.firstChunk == StreamConnection.NONE;
    }
}

package io.millrace.statistics;

/**
 * The state of a TCP port's connections.
 *
 * @param open      the number of established connections that have not ended
 * @param lastError the name of the last error, {@code ECONNREFUSED} for instance, by which a connection ended or failed
 *                  to open; for a port that waits to accept again, the reason; "" if there was none
 */
public record ConnectionStatistics(ConnectionsState state, int open, String lastError) {
    /** Merges what two pollers know of the same port: the worse state, and the sum of the connections. */
    ConnectionStatistics plus(ConnectionStatistics other) {
        if (state.compareTo(other.state) < 0) {
            return other.plus(this);
        }
        return new ConnectionStatistics(state, open + other.open, lastError.isEmpty() ? other.lastError : lastError);
    }
}

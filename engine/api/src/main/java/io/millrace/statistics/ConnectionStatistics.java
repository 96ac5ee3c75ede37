package io.millrace.statistics;

/**
 * How the connections of a TCP port stand.
 *
 * @param open      established ones that have not ended
 * @param lastError the name of the error, {@code ECONNREFUSED} say, by which a connection ended last or did not come
 *                  about; of a port that waits to accept again, why; "" if there was none
 */
public record ConnectionStatistics(ConnectionsState state, int open, String lastError) {
    /** What two pollers know of the same port: the worse of it, and all connections. */
    ConnectionStatistics plus(ConnectionStatistics other) {
        if (state.compareTo(other.state) < 0) {
            return other.plus(this);
        }
        return new ConnectionStatistics(state, open + other.open, lastError.isEmpty() ? other.lastError : lastError);
    }
}

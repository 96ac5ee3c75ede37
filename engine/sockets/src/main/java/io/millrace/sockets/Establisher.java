package io.millrace.sockets;

import io.millrace.statistics.ConnectionsState;

/** Makes the connections of a TCP port. Poller's thread only, except {@link #state}. */
sealed interface Establisher permits Acceptor, Connector {
    /** Starts what is due; called once a duty cycle. */
    void check();

    /** Called when one of its own operations has completed. */
    void onCompletion(StreamOperation operation, int index, int result, int flags);

    /** The connection for frames that name none; null if there is none at the moment, or never. */
    StreamConnection current();

    /** Returns whether it is this side that connects. */
    boolean connects();

    /** Stops: makes only the connections that are still needed. */
    void stop();

    /** The number of its operations that have not completed, beside those of connections. */
    int underWay();

    /** Any thread may call this. */
    ConnectionsState state();
}

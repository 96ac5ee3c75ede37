package io.millrace.sockets;

import io.millrace.statistics.ConnectionsState;

/** What makes the connections of a TCP port. Poller's thread only, but for {@link #state}. */
sealed interface Establisher permits Acceptor, Connector {
    /** Begins what is due; called once a duty cycle. */
    void check();

    /** An operation of its own has completed. */
    void onCompletion(StreamOperation operation, int index, int result, int flags);

    /** The connection that frames take which name none; null if there is none at the moment, or never. */
    StreamConnection current();

    /** Whether it is this side that connects. */
    boolean connects();

    /** Makes no more connections than are needed. */
    void stop();

    /** Operations that have not completed, beside those of connections. */
    int underWay();

    /** Any thread. */
    ConnectionsState state();
}

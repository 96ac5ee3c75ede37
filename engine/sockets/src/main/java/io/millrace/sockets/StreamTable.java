package io.millrace.sockets;

import io.millrace.ConnectionState;
import io.millrace.spi.Connections;
import io.millrace.spi.EndpointView;
import org.agrona.collections.IntArrayList;

/**
 * The connections of a port, by their indices; used again when they are free. The poller opens and closes; stages ask
 * for connections that they have a frame or an event of.
 */
final class StreamTable implements Connections {
    /** Objects made at the start, so that accepting allocates nothing; those of a port that allows more, as needed. */
    private static final int AT_START = 4096;

    private final ConnectionIds ids;
    private final StreamConnection[] connections;
    private final IntArrayList free;
    private volatile int made;
    private volatile int open;
    private volatile int established;

    /** @param ids those of the port, for as many connections as allowed */
    StreamTable(ConnectionIds ids, int most) {
        this.ids = ids;
        connections = new StreamConnection[most];
        free = new IntArrayList(atStart(), StreamConnection.NONE);
        for (int i = 0; i < atStart(); i++) {
            connections[i] = new StreamConnection(i);
        }
    }

    /** A connection for this socket, or null when there are as many as allowed. Poller's thread only. */
    StreamConnection open(int fd, long nowNs) {
        StreamConnection connection;
        if (!free.isEmpty()) {
            connection = connections[free.popInt()];
        } else if (made < connections.length) {
            if (connections[made] == null) {
                connections[made] = new StreamConnection(made);
            }
            connection = connections[made];
            made = made + 1; // the poller is the only writer; others read it
        } else {
            return null;
        }
        connection.open(ids.of(connection.index, ++connection.uses), fd, nowNs);
        open = open + 1;
        return connection;
    }

    /** The connection is finished: its object is free. Poller's thread only. */
    void close(StreamConnection connection) {
        if (connection.uses < ids.lastGeneration()) {
            free.pushInt(connection.index);
        }
        open = open - 1;
    }

    /** A connection has become established. Poller's thread only. */
    void established() {
        established = established + 1;
    }

    /** One that was established is over. Poller's thread only. */
    void ended() {
        established = established - 1;
    }

    /** Connections that are established and not over. Any thread. */
    int openConnections() {
        return established;
    }

    /** How many connection objects are made at the start; lists of connections are made to hold as many. */
    int atStart() {
        return Math.min(connections.length, AT_START);
    }

    /** Connections that are not finished. Any thread. */
    int open() {
        return open;
    }

    /** Indices that have been in use; poller's thread only. */
    int made() {
        return made;
    }

    StreamConnection at(int index) {
        return connections[index];
    }

    /**
     * The connection with that id, or null when its object serves another connection by now, or none. Poller's thread
     * only.
     */
    StreamConnection find(long id) {
        int slot = ids.slot(id);
        if (slot >= made || connections[slot].id() != id) {
            return null;
        }
        return connections[slot];
    }

    /** The object in the slot that an id of this port names, whoever's it is now; null if it is none. Any thread. */
    StreamConnection slotOf(long id) {
        return isOwn(id) && ids.slot(id) < made ? connections[ids.slot(id)] : null;
    }

    /** Whether that is the id of a connection of this port, present or former. */
    boolean isOwn(long id) {
        return ids.isOwn(id);
    }

    @Override
    public long id(int connection) {
        return connections[connection].id();
    }

    @Override
    public ConnectionState state(int connection) {
        return connections[connection].state().shown();
    }

    @Override
    public int errno(int connection) {
        return connections[connection].errno();
    }

    @Override
    public void remote(int connection, EndpointView into) {
        into.copyFrom(connections[connection].remote);
    }

    @Override
    public void local(int connection, EndpointView into) {
        into.copyFrom(connections[connection].local);
    }

    @Override
    public boolean isFull(int connection) {
        return connections[connection].outbound.isFull();
    }
}

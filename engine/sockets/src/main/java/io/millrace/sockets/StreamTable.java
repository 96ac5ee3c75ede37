package io.millrace.sockets;

import io.millrace.ConnectionState;
import io.millrace.spi.Connections;
import io.millrace.spi.EndpointView;
import org.agrona.collections.IntArrayList;

/**
 * The connections of a port by their indices. Objects are reused when they are free. The poller opens and closes
 * connections; stages ask for connections of which they have a frame or an event.
 */
final class StreamTable implements Connections {
    /**
     * The most objects that are made at the start, so that accepting allocates nothing. A port that allows more
     * connections makes the others as needed.
     */
    private static final int AT_START = 4096;

    private final ConnectionIds ids;
    private final StreamConnection[] connections;
    private final IntArrayList free;
    private volatile int made;
    private volatile int open;
    private volatile int established;

    /** @param ids the ids of the port's connections, for as many connections as are allowed */
    StreamTable(ConnectionIds ids, int most) {
        this.ids = ids;
        connections = new StreamConnection[most];
        free = new IntArrayList(atStart(), StreamConnection.NONE);
        for (int i = 0; i < atStart(); i++) {
            connections[i] = new StreamConnection(i);
        }
    }

    /**
     * Opens a connection for a socket; null if there are already as many as allowed. Only the poller's thread may call
     * this.
     */
    StreamConnection open(int fd, long nowNs) {
        StreamConnection connection;
        if (!free.isEmpty()) {
            connection = connections[free.popInt()];
        } else if (made < connections.length) {
            if (connections[made] == null) {
                connections[made] = new StreamConnection(made);
            }
            connection = connections[made];
            made = made + 1; // only the poller writes it; other threads read it
        } else {
            return null;
        }
        connection.open(ids.of(connection.index, ++connection.uses), fd, nowNs);
        open = open + 1;
        return connection;
    }

    /** Frees the object of a connection that is finished. Only the poller's thread may call this. */
    void close(StreamConnection connection) {
        if (connection.uses < ids.lastGeneration()) {
            free.pushInt(connection.index);
        }
        open = open - 1;
    }

    /** Counts a connection that has become established. Only the poller's thread may call this. */
    void established() {
        established = established + 1;
    }

    /** Notes that an established connection has ended. Only the poller's thread may call this. */
    void ended() {
        established = established - 1;
    }

    /** The number of established connections that have not ended. Any thread may call this. */
    int openConnections() {
        return established;
    }

    /** How many connection objects are made at the start; lists of connections are made to hold as many. */
    int atStart() {
        return Math.min(connections.length, AT_START);
    }

    /** The number of connections that are not finished. Any thread may call this. */
    int open() {
        return open;
    }

    /** The number of indices that have been in use; only the poller's thread may call this. */
    int made() {
        return made;
    }

    StreamConnection at(int index) {
        return connections[index];
    }

    /**
     * Returns the connection with that id; null if its object serves another connection by now, or none. Only the
     * poller's thread may call this.
     */
    StreamConnection find(long id) {
        int slot = ids.slot(id);
        if (slot >= made || connections[slot].id() != id) {
            return null;
        }
        return connections[slot];
    }

    /**
     * Returns the object in the slot of an id of this port, whichever connection it serves now; null if the id is not
     * of this port. Any thread may call this.
     */
    StreamConnection slotOf(long id) {
        return isOwn(id) && ids.slot(id) < made ? connections[ids.slot(id)] : null;
    }

    /** Returns whether the id belongs to a present or former connection of this port. */
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

package io.millrace.sockets;

import org.agrona.collections.IntArrayQueue;

/** A queue of connections that need something done, with each connection at most once. Used by one thread only. */
final class ConnectionList {
    private final IntArrayQueue indices;

    /** @param expected the number of connections that it has room for; it grows beyond that */
    ConnectionList(int expected) {
        indices = new IntArrayQueue(Math.max(expected, IntArrayQueue.MIN_CAPACITY), StreamConnection.NONE);
    }

    void add(StreamConnection connection) {
        indices.addInt(connection.index);
    }

    int size() {
        return indices.size();
    }

    /** Removes and returns the first connection. */
    int poll() {
        return indices.pollInt();
    }
}

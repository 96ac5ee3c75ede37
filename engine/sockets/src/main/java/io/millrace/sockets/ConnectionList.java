package io.millrace.sockets;

import org.agrona.collections.IntArrayQueue;

/** Connections that something is to be done for, each once, first come first served. One thread. */
final class ConnectionList {
    private final IntArrayQueue indices;

    /** @param expected how many it has room for; grows beyond that */
    ConnectionList(int expected) {
        indices = new IntArrayQueue(Math.max(expected, IntArrayQueue.MIN_CAPACITY), StreamConnection.NONE);
    }

    void add(StreamConnection connection) {
        indices.addInt(connection.index);
    }

    int size() {
        return indices.size();
    }

    /** The first one, taken off. */
    int poll() {
        return indices.pollInt();
    }
}

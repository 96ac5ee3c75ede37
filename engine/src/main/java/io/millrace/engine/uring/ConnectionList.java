package io.millrace.engine.uring;

import org.agrona.collections.IntArrayQueue;

/** Connections that something is to be done for, each once, first come first served; grows as needed. One thread. */
final class ConnectionList {
    private final IntArrayQueue indices = new IntArrayQueue(StreamConnection.NONE);

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

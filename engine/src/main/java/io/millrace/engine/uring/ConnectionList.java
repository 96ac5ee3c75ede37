package io.millrace.engine.uring;

import org.agrona.collections.IntArrayQueue;

/** Connections that something is to be done for, each once, first come first served. One thread. */
final class ConnectionList {
    private static final int AT_START = 4096;

    private final IntArrayQueue indices;

    /** @param most how many there may be; room for very many is made as needed */
    ConnectionList(int most) {
        indices = new IntArrayQueue(Math.clamp(most, IntArrayQueue.MIN_CAPACITY, AT_START), StreamConnection.NONE);
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

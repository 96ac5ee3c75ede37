package io.millrace.sockets;

import io.millrace.ring.FrameAudit;

/**
 * Received pieces of streams that wait to be cut into messages, of all connections of a port: for each a list in the
 * order that they came. Entries are used again; there are never more than frames. Poller's thread only.
 */
final class ChunkList {
    private final long[] addresses;
    private final int[] lengths;
    private final int[] next;
    private int free = StreamConnection.NONE;
    private int used;

    /** @param frames how many there are */
    ChunkList(int frames) {
        addresses = new long[frames];
        lengths = new int[frames];
        next = new int[frames];
    }

    /** Appends a piece; the caller's hold on its frame passes to the list. */
    void add(StreamConnection connection, long address, int length) {
        int entry = take();
        addresses[entry] = address;
        lengths[entry] = length;
        next[entry] = StreamConnection.NONE;
        if (connection.lastChunk == StreamConnection.NONE) {
            connection.firstChunk = entry;
        } else {
            next[connection.lastChunk] = entry;
        }
        connection.lastChunk = entry;
    }

    private int take() {
        int entry = free;
        if (entry != StreamConnection.NONE) {
            free = next[entry];
            return entry;
        }
        return used++;
    }

    /** Where the connection's first piece is. */
    long address(StreamConnection connection) {
        return addresses[connection.firstChunk];
    }

    /** Bytes of the connection's first piece. */
    int length(StreamConnection connection) {
        return lengths[connection.firstChunk];
    }

    /** Puts what is left of the first piece back. */
    void addFirst(StreamConnection connection, long address, int length) {
        int entry = take();
        addresses[entry] = address;
        lengths[entry] = length;
        next[entry] = connection.firstChunk;
        if (connection.firstChunk == StreamConnection.NONE) {
            connection.lastChunk = entry;
        }
        connection.firstChunk = entry;
    }

    /** Takes the connection's first piece off; the hold on its frame passes to the caller. */
    void remove(StreamConnection connection) {
        int entry = connection.firstChunk;
        connection.firstChunk = next[entry];
        if (connection.firstChunk == StreamConnection.NONE) {
            connection.lastChunk = StreamConnection.NONE;
        }
        next[entry] = free;
        free = entry;
    }

    /** Cold. Reports the connection's pieces. */
    void audit(StreamConnection connection, FrameAudit audit) {
        for (int entry = connection.firstChunk; entry != StreamConnection.NONE; entry = next[entry]) {
            audit.found(FrameAudit.Place.SEND, addresses[entry]);
        }
    }
}

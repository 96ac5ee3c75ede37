package io.millrace.sockets;

import io.millrace.ring.FrameAudit;

/**
 * Received pieces of streams that wait to be decoded, of all connections of a port: for each a list in the order that
 * they came. Entries are used again; there are never more than frames. Poller's thread only.
 */
final class ChunkList {
    private static final int NONE = -1;

    private final long[] addresses;
    private final int[] lengths;
    private final int[] next;
    private int free = NONE;
    private int used;

    /** The list of one connection. */
    static final class Chunks {
        private int first = NONE;
        private int last = NONE;

        boolean isEmpty() {
            return first == NONE;
        }

        void clear() {
            first = NONE;
            last = NONE;
        }
    }

    /** @param frames how many there are */
    ChunkList(int frames) {
        addresses = new long[frames];
        lengths = new int[frames];
        next = new int[frames];
    }

    /** Appends a piece; the caller's hold on its frame passes to the list. */
    void add(Chunks chunks, long address, int length) {
        int entry = take(address, length);
        next[entry] = NONE;
        if (chunks.last == NONE) {
            chunks.first = entry;
        } else {
            next[chunks.last] = entry;
        }
        chunks.last = entry;
    }

    private int take(long address, int length) {
        int entry = free;
        if (entry != NONE) {
            free = next[entry];
        } else {
            entry = used++;
        }
        addresses[entry] = address;
        lengths[entry] = length;
        return entry;
    }

    /** Where the first piece is. */
    long address(Chunks chunks) {
        return addresses[chunks.first];
    }

    /** Bytes of the first piece. */
    int length(Chunks chunks) {
        return lengths[chunks.first];
    }

    /** Puts what is left of the first piece back. */
    void addFirst(Chunks chunks, long address, int length) {
        int entry = take(address, length);
        next[entry] = chunks.first;
        if (chunks.first == NONE) {
            chunks.last = entry;
        }
        chunks.first = entry;
    }

    /** Takes the first piece off; the hold on its frame passes to the caller. */
    void remove(Chunks chunks) {
        int entry = chunks.first;
        chunks.first = next[entry];
        if (chunks.first == NONE) {
            chunks.last = NONE;
        }
        next[entry] = free;
        free = entry;
    }

    /** Cold. Reports the pieces. */
    void audit(Chunks chunks, FrameAudit audit) {
        for (int entry = chunks.first; entry != NONE; entry = next[entry]) {
            audit.found(FrameAudit.Place.SEND, addresses[entry]);
        }
    }
}

package io.millrace.sockets;

import io.millrace.ring.FrameAudit;

/**
 * Received pieces of streams that wait to be decoded. Each connection of a port has a list of its pieces in the order
 * of arrival. Entries are reused; there are never more entries than frames. Only the poller's thread may use this.
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

    /** @param frames the number of frames, which is the most entries */
    ChunkList(int frames) {
        addresses = new long[frames];
        lengths = new int[frames];
        next = new int[frames];
    }

    /** Appends a piece. The caller's hold on its frame passes to the list. */
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

    /** The address of the first piece. */
    long address(Chunks chunks) {
        return addresses[chunks.first];
    }

    /** The length of the first piece in bytes. */
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

    /** Removes the first piece. The hold on its frame passes to the caller. */
    void remove(Chunks chunks) {
        int entry = chunks.first;
        chunks.first = next[entry];
        if (chunks.first == NONE) {
            chunks.last = NONE;
        }
        next[entry] = free;
        free = entry;
    }

    /** Reports the pieces. Cold. */
    void audit(Chunks chunks, FrameAudit audit) {
        for (int entry = chunks.first; entry != NONE; entry = next[entry]) {
            audit.found(FrameAudit.Place.SEND, addresses[entry]);
        }
    }
}

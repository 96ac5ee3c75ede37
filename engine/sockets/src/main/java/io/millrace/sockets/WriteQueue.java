package io.millrace.sockets;

import io.millrace.FileSource;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;
import java.util.Arrays;

/**
 * What waits to be written, of all connections of a port: each has a list of frames and file regions in the order in
 * which they were queued. There is an entry for each frame of the port; if frames hold several messages, or files are
 * sent, the number of entries grows to the most that ever waited. Only the poller's thread may use this.
 */
final class WriteQueue {
    static final int NONE = -1;

    private final Umem umem;
    private long[] addresses;
    /** The number of bytes that are left to write. */
    private long[] lengths;

    private FileSource.Transfer[] files;
    /** The frames of the other port that it belongs to; null if it is this port's own. */
    private SocketFrames[] homes;

    private int[] next;
    private int free = NONE;
    private int used;
    private int waiting;

    /** The list of one connection, written by the queue only. */
    static class Backlog {
        /** The first and the last entry, or {@link #NONE}. */
        int head;

        int tail;
        int queuedFrames;
        long queuedBytes;
        /** The number of buffers that those frames are in; neighbours in the queue that share a buffer count once. */
        int queuedBuffers;

        Backlog() {
            clear();
        }

        final void clear() {
            head = NONE;
            tail = NONE;
            queuedFrames = 0;
            queuedBytes = 0;
            queuedBuffers = 0;
        }

        final boolean isEmpty() {
            return head == NONE;
        }
    }

    /** @param umem the memory that the frames are in */
    WriteQueue(Umem umem) {
        this.umem = umem;
        int entries = umem.frameCount();
        addresses = new long[entries];
        lengths = new long[entries];
        files = new FileSource.Transfer[entries];
        homes = new SocketFrames[entries];
        next = new int[entries];
    }

    /** The number of entries of all connections. */
    int waiting() {
        return waiting;
    }

    /** Appends a frame. The caller's hold on it passes to the queue. */
    void add(Backlog backlog, long address, int length) {
        add(backlog, null, address, length);
    }

    /**
     * Appends a frame that may live in another port's memory. The caller's hold on it passes to the queue.
     *
     * @param home the other port's frames, or null
     */
    void add(Backlog backlog, SocketFrames home, long address, int length) {
        int before = backlog.tail;
        int entry = append(backlog);
        addresses[entry] = address;
        if (home != null) {
            homes[entry] = home;
        }
        lengths[entry] = length;
        backlog.queuedBuffers += before != NONE && shareBuffer(before, entry) ? 0 : 1;
        backlog.queuedFrames++;
        backlog.queuedBytes += length;
    }

    private boolean shareBuffer(int entry, int other) {
        return files[entry] == null
                && files[other] == null
                && homes[entry] == null
                && homes[other] == null
                && umem.frameIndex(addresses[entry]) == umem.frameIndex(addresses[other]);
    }

    /** Appends a file region. */
    void add(Backlog backlog, FileSource.Transfer file) {
        int entry = append(backlog);
        addresses[entry] = file.offset();
        lengths[entry] = file.lengthBytes();
        files[entry] = file;
        backlog.queuedBytes += file.lengthBytes();
    }

    private int append(Backlog backlog) {
        int entry = free;
        if (entry != NONE) {
            free = next[entry];
        } else {
            if (used == next.length) {
                grow();
            }
            entry = used++;
        }
        next[entry] = NONE;
        if (backlog.tail == NONE) {
            backlog.head = entry;
        } else {
            next[backlog.tail] = entry;
        }
        backlog.tail = entry;
        waiting++;
        return entry;
    }

    private void grow() {
        int size = next.length * 2;
        addresses = Arrays.copyOf(addresses, size);
        lengths = Arrays.copyOf(lengths, size);
        files = Arrays.copyOf(files, size);
        homes = Arrays.copyOf(homes, size);
        next = Arrays.copyOf(next, size);
    }

    long address(int entry) {
        return addresses[entry];
    }

    /** The frame's memory address, for the kernel. */
    long memoryAddress(int entry) {
        SocketFrames home = homes[entry];
        return (home == null ? umem : home.umem()).baseAddress() + addresses[entry];
    }

    /** The frames of the other port that the frame belongs to, or null. */
    SocketFrames home(int entry) {
        return homes[entry];
    }

    /** The number of bytes that are left. */
    long length(int entry) {
        return lengths[entry];
    }

    /** The file region; null for a frame. */
    FileSource.Transfer file(int entry) {
        return files[entry];
    }

    int next(int entry) {
        return next[entry];
    }

    /** Removes bytes of the first entry that have been written. */
    void advance(Backlog backlog, long bytes) {
        int entry = backlog.head;
        addresses[entry] += bytes;
        lengths[entry] -= bytes;
        backlog.queuedBytes -= bytes;
    }

    /** Removes the first entry, whatever is left of it. The caller has to release what it held. */
    void remove(Backlog backlog) {
        int entry = backlog.head;
        backlog.queuedBytes -= lengths[entry];
        backlog.head = next[entry];
        if (files[entry] == null) {
            backlog.queuedFrames--;
            backlog.queuedBuffers -= backlog.head != NONE && shareBuffer(entry, backlog.head) ? 0 : 1;
        }
        if (backlog.head == NONE) {
            backlog.tail = NONE;
        }
        files[entry] = null;
        if (homes[entry] != null) {
            homes[entry] = null;
        }
        next[entry] = free;
        free = entry;
        waiting--;
    }

    /** Moves everything that waits for one connection to another, for which nothing waits yet. */
    void move(Backlog from, Backlog to) {
        to.head = from.head;
        to.tail = from.tail;
        to.queuedFrames = from.queuedFrames;
        to.queuedBytes = from.queuedBytes;
        to.queuedBuffers = from.queuedBuffers;
        from.clear();
    }

    /**
     * Reports the frames in a backlog. Cold.
     *
     * @param home the other port's frames to report; null for this port's own
     */
    void audit(Backlog backlog, SocketFrames home, FrameAudit audit) {
        for (int entry = backlog.head; entry != NONE; entry = next[entry]) {
            if (files[entry] == null && homes[entry] == home) {
                audit.found(FrameAudit.Place.SEND, addresses[entry]);
            }
        }
    }
}

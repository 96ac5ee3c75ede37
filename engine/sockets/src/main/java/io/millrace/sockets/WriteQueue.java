package io.millrace.sockets;

import io.millrace.FileSource;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;
import java.util.Arrays;

/**
 * What waits to be written, of all connections of a port: for each a list of frames and file regions, in the order that
 * they were queued. There is an entry for each frame; where frames hold several messages each, or files are sent, they
 * grow in number with the most that ever waited. Poller's thread only.
 */
final class WriteQueue {
    static final int NONE = -1;

    private final Umem umem;
    private long[] addresses;
    /** Bytes that are left to write. */
    private long[] lengths;

    private FileSource.Transfer[] files;
    /** Whose frame it is, of another port; null of this port's own. */
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
        /** Buffers that those frames are in: neighbours in the queue that share one count once. */
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

    /** @param umem where the frames are */
    WriteQueue(Umem umem) {
        this.umem = umem;
        int entries = umem.frameCount();
        addresses = new long[entries];
        lengths = new long[entries];
        files = new FileSource.Transfer[entries];
        homes = new SocketFrames[entries];
        next = new int[entries];
    }

    /** Entries of all connections. */
    int waiting() {
        return waiting;
    }

    /** Appends a frame; the caller's hold on it passes to the queue. */
    void add(Backlog backlog, long address, int length) {
        add(backlog, null, address, length);
    }

    /**
     * The same for a frame that lives in another port's memory.
     *
     * @param home that port's frames, or null
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

    /** Where the frame is for the kernel. */
    long memoryAddress(int entry) {
        SocketFrames home = homes[entry];
        return (home == null ? umem : home.umem()).baseAddress() + addresses[entry];
    }

    /** The frames of the other port that the frame is one of, or null. */
    SocketFrames home(int entry) {
        return homes[entry];
    }

    /** Bytes that are left. */
    long length(int entry) {
        return lengths[entry];
    }

    /** The region, or null of a frame. */
    FileSource.Transfer file(int entry) {
        return files[entry];
    }

    int next(int entry) {
        return next[entry];
    }

    /** Some of the first entry has been written. */
    void advance(Backlog backlog, long bytes) {
        int entry = backlog.head;
        addresses[entry] += bytes;
        lengths[entry] -= bytes;
        backlog.queuedBytes -= bytes;
    }

    /** Removes the first entry, whatever is left of it; what it held is the caller's to release. */
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

    /** All that waits for one connection waits for another, which nothing waits for yet. */
    void move(Backlog from, Backlog to) {
        to.head = from.head;
        to.tail = from.tail;
        to.queuedFrames = from.queuedFrames;
        to.queuedBytes = from.queuedBytes;
        to.queuedBuffers = from.queuedBuffers;
        from.clear();
    }

    /**
     * Cold. Reports the frames that wait for a backlog.
     *
     * @param home whose, of another port; null for this port's own
     */
    void audit(Backlog backlog, SocketFrames home, FrameAudit audit) {
        for (int entry = backlog.head; entry != NONE; entry = next[entry]) {
            if (files[entry] == null && homes[entry] == home) {
                audit.found(FrameAudit.Place.SEND, addresses[entry]);
            }
        }
    }
}

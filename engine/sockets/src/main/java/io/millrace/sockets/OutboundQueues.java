package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;

import io.millrace.Endpoint;
import io.millrace.FileSource;
import io.millrace.ring.FrameAudit;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The queues of what waits to be written to a TCP port's connections, and to the next connection that is made. This
 * class decides how much is too much, which connections are held up by it, and what happens to it when a connection
 * ends; {@link StreamWriter} does the writing. Only the poller's thread may use this.
 */
final class OutboundQueues {
    /** A connection may have at most one in so many of the empty buffers. */
    private static final int SHARE = 4;

    private final SocketFrames frames;
    private final StreamTable table;
    private final CycleClock clock;
    private final WriteQueue queue;
    private final PortCounters counters;
    private final int highWater;
    private final int lowWater;
    /** What waits for the next connection that is made, and the connections that wait for it. */
    private final OutboundHalf unconnected = new OutboundHalf();

    private long sentFrames;
    private long sentBytes;

    /**
     * @param highWater the number of waiting bytes beyond which a connection is full
     * @param lowWater  the number of waiting bytes at which it takes frames again
     */
    OutboundQueues(
            SocketFrames frames,
            StreamTable table,
            CycleClock clock,
            PortCounters counters,
            int highWater,
            int lowWater) {
        this.frames = frames;
        this.table = table;
        this.clock = clock;
        this.queue = new WriteQueue(frames.umem());
        this.counters = counters;
        this.highWater = highWater;
        this.lowWater = lowWater;
    }

    SocketFrames frames() {
        return frames;
    }

    /** The entries of all queues. */
    WriteQueue entries() {
        return queue;
    }

    /**
     * Queues a frame and what belongs to it. The caller's hold on its memory passes to the queue.
     *
     * @param home the frames of the other port that it belongs to, or null
     * @param file the region to send after it, or null
     * @param last whether the connection is to be closed after it
     */
    void add(
            StreamConnection connection,
            SocketFrames home,
            long address,
            int length,
            FileSource.Transfer file,
            boolean last) {
        OutboundHalf outbound = connection.outbound;
        if (outbound.hasNothing()) {
            outbound.writeStartNs = clock.nowNs();
        }
        add(backlog(connection), home, address, length, file);
        if (last) {
            outbound.seal();
        }
        fillUp(outbound);
    }

    /** The queue for frames of the stages. */
    private static WriteQueue.Backlog backlog(StreamConnection connection) {
        return connection.session() == null ? connection.outbound : connection.outbound.plaintext;
    }

    private void add(
            WriteQueue.Backlog backlog, SocketFrames home, long address, int length, FileSource.Transfer file) {
        sentFrames++;
        sentBytes += length;
        if (length > 0) {
            queue.add(backlog, home, address, length);
        } else {
            (home == null ? frames : home).release(address);
        }
        if (file != null && file.lengthBytes() > 0) {
            queue.add(backlog, file);
        } else if (file != null) {
            file.release();
        }
    }

    private void fillUp(OutboundHalf outbound) {
        if (outbound.bytes() > highWater || outbound.heldBuffers() > frames.empty() / SHARE) {
            outbound.setFull(true);
        }
    }

    // ---- what waits for a connection that is not there

    /** The queue for the next connection that is made. */
    OutboundHalf unconnected() {
        return unconnected;
    }

    /** Queues a frame of another port and what belongs to it for the next connection that is made. */
    void addUnconnected(SocketFrames home, long address, int length, FileSource.Transfer file, boolean last) {
        if (unconnected.isEmpty()) {
            unconnected.writeStartNs = clock.nowNs();
        }
        add(unconnected, home, address, length, file);
        if (last) {
            unconnected.seal();
        }
    }

    /** How long the first of what waits for the next connection has waited, in nanoseconds. */
    long unconnectedNs() {
        return clock.nowNs() - unconnected.writeStartNs;
    }

    /**
     * The next connection exists now: it takes over what has waited for it, in the same order.
     *
     * @return whether anything has waited
     */
    boolean connected(StreamConnection connection) {
        if (unconnected.isEmpty()) {
            return false;
        }
        OutboundHalf outbound = connection.outbound;
        queue.move(unconnected, backlog(connection));
        if (unconnected.isSealed()) {
            unconnected.unseal();
            outbound.seal();
        }
        outbound.writeStartNs = clock.nowNs();
        fillUp(outbound);
        if (outbound.isFull()) {
            unconnected.moveWaiters(outbound);
        } else {
            unconnected.resumeWaiters();
        }
        return true;
    }

    /** There will be no connection in time: what waited is counted, and the streams that it came by end. */
    void giveUpUnconnected() {
        if (!unconnected.isEmpty()) {
            discard(unconnected, false, 0, null);
            unconnected.unseal();
            unconnected.failWaiters(ETIMEDOUT());
        }
    }

    /**
     * Whether a connection has too much waiting. Bytes alone are no measure: a connection may only have a share of the
     * empty buffers, however little is in each, or peers that do not read would leave none to the others.
     */
    void takeAgain(OutboundHalf outbound) {
        if (outbound.isFull()
                && outbound.bytes() <= lowWater
                && outbound.heldBuffers() <= frames.empty() / (2 * SHARE)) {
            outbound.setFull(false);
            outbound.resumeWaiters();
        }
    }

    /**
     * Copies another port's bytes into a frame for {@link #add}, after other copies for the same connection if they
     * fit: datagrams are short, and each would otherwise take a frame.
     *
     * @return the address of the bytes, which the caller now holds; -1 if there is no frame
     */
    long copy(OutboundHalf outbound, MemorySegment from, long at, int length) {
        MemorySegment memory = frames.umem().memory();
        if (outbound.copies == StreamConnection.NONE
                || outbound.copiedBytes + Math.max(length, 1) > frames.umem().frameSize()) {
            long fresh = frames.take();
            if (fresh < 0) {
                return fresh;
            }
            endCopies(outbound);
            outbound.copies = fresh;
        }
        long copy = outbound.copies + outbound.copiedBytes;
        MemorySegment.copy(from, at, memory, copy, length);
        frames.hold(outbound.copies);
        outbound.copiedBytes += length;
        return copy;
    }

    /** Puts no more copies into that frame. */
    void endCopies(OutboundHalf outbound) {
        if (outbound.copies != StreamConnection.NONE) {
            frames.release(outbound.copies);
            outbound.copies = StreamConnection.NONE;
            outbound.copiedBytes = 0;
        }
    }

    /** Releases the first frame of the queue, in this port's or another one's memory. */
    void releaseFirst(WriteQueue.Backlog backlog) {
        SocketFrames home = queue.home(backlog.head);
        (home == null ? frames : home).release(queue.address(backlog.head));
    }

    /** A connection has ended: what waits for it will not be sent. */
    void discard(StreamConnection connection) {
        boolean isWanted = connection.endedBy() == EndedBy.PROGRAM;
        discard(connection.outbound, isWanted, connection.errno(), connection.remote);
    }

    private void discard(OutboundHalf outbound, boolean isWanted, int errno, Endpoint peer) {
        int unsent = outbound.queuedFrames + outbound.plaintext.queuedFrames;
        if (unsent > 0) {
            countUnsent(PortCounter.TX_FAILED, unsent, isWanted, errno, peer);
        }
        discardAll(outbound, isWanted, errno, peer);
        discardAll(outbound.plaintext, isWanted, errno, peer);
        endCopies(outbound);
    }

    private void discardAll(WriteQueue.Backlog backlog, boolean isWanted, int errno, Endpoint peer) {
        while (!backlog.isEmpty()) {
            FileSource.Transfer file = queue.file(backlog.head);
            if (file == null) {
                releaseFirst(backlog);
            } else {
                countUnsent(PortCounter.FILES_CUT, 1, isWanted, errno, peer);
                file.release();
            }
            queue.remove(backlog);
        }
    }

    private void countUnsent(PortCounter counter, int amount, boolean isWanted, int errno, Endpoint peer) {
        if (isWanted) {
            counters.addWanted(counter, amount);
        } else {
            counters.fault(counter, amount, errno, peer);
        }
    }

    /** Adds what was queued since the last call to the counters. */
    void flushCounters() {
        if (sentFrames > 0) {
            counters.add(PortCounter.TX_FRAMES, sentFrames);
            counters.add(PortCounter.TX_BYTES, sentBytes);
            sentFrames = 0;
            sentBytes = 0;
        }
    }

    /** Reports the port's frames that wait. Cold. */
    void audit(FrameAudit audit) {
        for (int i = 0; i < table.made(); i++) {
            OutboundHalf outbound = table.at(i).outbound;
            queue.audit(outbound, null, audit);
            queue.audit(outbound.plaintext, null, audit);
            if (outbound.copies != StreamConnection.NONE) {
                audit.found(FrameAudit.Place.SEND, outbound.copies);
            }
        }
    }

    /** Reports the frames of another port that wait here. Cold. */
    void audit(SocketFrames home, FrameAudit audit) {
        queue.audit(unconnected, home, audit);
        for (int i = 0; i < table.made(); i++) {
            queue.audit(table.at(i).outbound, home, audit);
            queue.audit(table.at(i).outbound.plaintext, home, audit);
        }
    }
}

package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;
import static io.millrace.bindings.libc.libc_h.MSG_NOSIGNAL;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_FIXED_BUF;

import io.millrace.Endpoint;
import io.millrace.FileSource;
import io.millrace.core.counters.PortCounters;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The sending half of a TCP port: frames queued for a connection leave in order, as many as fit in one operation, one
 * operation at a time; what the kernel took only in part goes on where it stopped. Poller's thread only.
 */
final class StreamWriter {
    /** Frames of one operation. */
    static final int MOST_PARTS = 64;
    /** A connection may have at most this fraction, one in so many, of the empty buffers. */
    private static final int SHARE = 4;

    private final Uring uring;
    private final SocketFrames frames;
    private final StreamTable table;
    private final CycleClock clock;
    private final FileTransfers files;
    private final WriteQueue queue;
    /** Null in a port without a layer. */
    private final LayerWriter layer;

    private final SendBlocks blocks;
    private final ZeroCopyHolds holds;
    private final PortCounters counters;
    private final int portId;
    private final int highWater;
    private final int lowWater;
    private final ZeroCopy zeroCopy;
    private final ConnectionList toWrite;
    /** What waits for the next connection that is made, and who waits for that. */
    private final OutboundHalf unconnected = new OutboundHalf();

    private long sentFrames;
    private long sentBytes;

    /**
     * What a writer is to know beside the objects it works with.
     *
     * @param highWater bytes of a connection beyond which it is full
     * @param lowWater  bytes down to which it takes frames again
     * @param layered   whether connections have sessions of a {@link StreamLayer}
     */
    record Settings(int portId, int highWater, int lowWater, ZeroCopy zeroCopy, boolean layered) {}

    StreamWriter(
            Uring uring,
            SocketFrames frames,
            StreamTable table,
            CycleClock clock,
            FileTransfers files,
            SendBlocks blocks,
            ZeroCopyHolds holds,
            PortCounters counters,
            Settings settings) {
        this.uring = uring;
        this.frames = frames;
        this.table = table;
        this.clock = clock;
        this.files = files;
        this.queue = new WriteQueue(frames.umem());
        this.layer = settings.layered() ? new LayerWriter(frames, queue) : null;
        this.toWrite = new ConnectionList(table.atStart());
        this.blocks = blocks;
        this.holds = holds;
        this.counters = counters;
        this.portId = settings.portId();
        this.highWater = settings.highWater();
        this.lowWater = settings.lowWater();
        this.zeroCopy = settings.zeroCopy();
    }

    /**
     * Queues a frame and what belongs to it; the caller's hold on its memory passes to the queue.
     *
     * @param home the frames of the other port whose memory it is in, or null
     * @param file sent behind it, or null
     * @param last whether the connection is to be closed then
     */
    void queue(
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
        queue(backlog(connection), home, address, length, file);
        if (last) {
            outbound.seal();
        }
        fillUp(outbound);
        writeSoon(connection);
    }

    /** Where frames of the stages wait. */
    private static WriteQueue.Backlog backlog(StreamConnection connection) {
        return connection.session() == null ? connection.outbound : connection.outbound.plaintext;
    }

    private void queue(
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

    /** What waits for the next connection that is made. */
    OutboundHalf unconnected() {
        return unconnected;
    }

    /** Queues a frame of another port, and what belongs to it, for the next connection that is made. */
    void queueUnconnected(SocketFrames home, long address, int length, FileSource.Transfer file, boolean last) {
        if (unconnected.isEmpty()) {
            unconnected.writeStartNs = clock.nowNs();
        }
        queue(unconnected, home, address, length, file);
        if (last) {
            unconnected.seal();
        }
    }

    /** How long the first of what waits for the next connection has waited, in nanoseconds. */
    long unconnectedNs() {
        return clock.nowNs() - unconnected.writeStartNs;
    }

    /** That connection is there: what has waited for it is its own, in the order that it came in. */
    void connected(StreamConnection connection) {
        if (unconnected.isEmpty()) {
            return;
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
        writeSoon(connection);
    }

    /** There will be none in time: it is counted, and the streams that it came by end. */
    void giveUpUnconnected() {
        if (!unconnected.isEmpty()) {
            discard(unconnected, false, 0, null);
            unconnected.unseal();
            unconnected.failWaiters(ETIMEDOUT());
        }
    }

    /**
     * Bytes alone are no measure: a connection may not have more buffers than a share of those that are empty, however
     * little is in each, or peers that do not read would leave none to the others.
     */
    private void takeAgain(OutboundHalf outbound) {
        if (outbound.isFull()
                && outbound.bytes() <= lowWater
                && outbound.heldBuffers() <= frames.empty() / (2 * SHARE)) {
            outbound.setFull(false);
            outbound.resumeWaiters();
        }
    }

    /**
     * Copies another port's bytes into a frame for {@link #queue}, behind other copies for the same connection if they
     * fit: datagrams are short, and would each take a frame.
     *
     * @return where they are, of which the caller is a holder; -1 when there is no frame
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

    /** No more copies go into that frame. */
    private void endCopies(OutboundHalf outbound) {
        if (outbound.copies != StreamConnection.NONE) {
            frames.release(outbound.copies);
            outbound.copies = StreamConnection.NONE;
            outbound.copiedBytes = 0;
        }
    }

    /** The connection's session may have something to send, or be able to. */
    void wake(StreamConnection connection) {
        writeSoon(connection);
    }

    private void writeSoon(StreamConnection connection) {
        if (!connection.outbound.isListed && !connection.operations.isWriting() && !connection.isOver()) {
            connection.outbound.isListed = true;
            toWrite.add(connection);
        }
    }

    /** Submits what can be. */
    void flush() {
        for (int left = toWrite.size(); left > 0; left--) {
            StreamConnection connection = table.at(toWrite.poll());
            OutboundHalf outbound = connection.outbound;
            outbound.isListed = false;
            boolean isBehind = connection.session() != null && !connection.isOver() && layer.wrap(connection);
            if (outbound.hasNothing()) {
                endCopies(outbound);
            } else if (canWrite(connection) && !write(connection)) {
                writeSoon(connection);
                return;
            }
            if (isBehind) {
                writeSoon(connection);
            }
        }
    }

    private static boolean canWrite(StreamConnection connection) {
        return !connection.outbound.isEmpty() && !connection.isOver() && !connection.operations.isWriting();
    }

    private boolean write(StreamConnection connection) {
        OutboundHalf outbound = connection.outbound;
        int head = outbound.head;
        FileSource.Transfer file = queue.file(head);
        if (file != null) {
            return files.start(connection, file, queue.address(head), queue.length(head));
        }
        boolean single = outbound.queuedFrames == 1
                || queue.next(head) == WriteQueue.NONE
                || queue.file(queue.next(head)) != null;
        boolean isLong = queue.length(head) > zeroCopy.above() && queue.home(head) == null;
        if (!uring.hasRoom()) {
            return false;
        }
        if (isLong && sendWithoutCopy(connection)) {
            return true;
        }
        if (single || blocks.available() == 0) { // peers that do not read may have all blocks: no reason to wait
            send(connection);
        } else {
            sendMany(connection);
        }
        return true;
    }

    /** @param index the connection's, or that of the hold of its memory */
    private long prepare(
            StreamConnection connection, int opcode, long address, int length, StreamOperation operation, int index) {
        long at = uring.claim();
        SubmissionEntry.write(
                uring.entries(), at, opcode, connection.fd(), address, length, operation.userData(portId, index));
        SubmissionEntry.operationFlags(uring.entries(), at, MSG_NOSIGNAL());
        connection.operations.begin(operation);
        return at;
    }

    private void send(StreamConnection connection) {
        int head = connection.outbound.head;
        prepare(
                connection,
                IORING_OP_SEND(),
                queue.memoryAddress(head),
                (int) queue.length(head),
                StreamOperation.SEND,
                connection.index);
    }

    private boolean sendWithoutCopy(StreamConnection connection) {
        int head = connection.outbound.head;
        int hold = holds.take(connection, queue.address(head));
        if (hold < 0) {
            return false;
        }
        connection.outbound.unacknowledged++;
        long at = prepare(
                connection,
                IORING_OP_SEND_ZC(),
                queue.memoryAddress(head),
                (int) queue.length(head),
                StreamOperation.SEND_ZERO_COPY,
                hold);
        SubmissionEntry.ioPriority(uring.entries(), at, IORING_RECVSEND_FIXED_BUF() | zeroCopy.flags());
        SubmissionEntry.buffer(uring.entries(), at, zeroCopy.buffer());
        counters.add(PortCounter.TX_ZERO_COPY, 1);
        return true;
    }

    private void sendMany(StreamConnection connection) {
        int block = blocks.take();
        int count = 0;
        for (int entry = connection.outbound.head;
                entry != WriteQueue.NONE && count < blocks.vectors() && queue.file(entry) == null;
                entry = queue.next(entry)) {
            blocks.vector(block, count++, queue.memoryAddress(entry), (int) queue.length(entry));
        }
        blocks.header(block, 0, count, 0);
        connection.outbound.block = block;
        prepare(
                connection,
                IORING_OP_SENDMSG(),
                blocks.headerAddress(block),
                1,
                StreamOperation.SEND,
                connection.index);
    }

    /** The result of a send without a copy, or the notification that its memory is free; returns whose it was. */
    StreamConnection onZeroCopy(int hold, int result, int flags) {
        StreamConnection connection = table.at(holds.connection(hold));
        boolean isNotification = (flags & CompletionQueue.NOTIFICATION) != 0;
        if (isNotification || (flags & CompletionQueue.MORE) == 0) {
            holds.release(hold);
            connection.outbound.unacknowledged--;
        }
        if (!isNotification) {
            onCompletion(connection, StreamOperation.SEND_ZERO_COPY, result);
            return connection;
        }
        if ((result & CompletionQueue.ZERO_COPY_COPIED) != 0) {
            counters.add(PortCounter.TX_ZERO_COPY_COPIED, 1);
        }
        connection.outbound.writeStartNs = clock.nowNs();
        takeAgain(connection.outbound);
        return connection;
    }

    /** The result of a send. */
    void onCompletion(StreamConnection connection, StreamOperation send, int result) {
        ended(connection, send);
        if (connection.isOver()) {
            discard(connection);
        } else if (result >= 0) {
            written(connection, result);
        } else if (result == -EAGAIN() || result == -EINTR()) {
            writeSoon(connection);
        } else {
            connection.report(-result);
        }
    }

    private void ended(StreamConnection connection, StreamOperation operation) {
        connection.operations.end(operation);
        if (connection.outbound.block != StreamConnection.NONE) {
            blocks.give(connection.outbound.block);
            connection.outbound.block = StreamConnection.NONE;
        }
    }

    /** Some bytes of what is queued have been taken by the kernel. */
    private void written(StreamConnection connection, int bytes) {
        OutboundHalf outbound = connection.outbound;
        long left = bytes;
        while (left > 0) {
            long length = queue.length(outbound.head);
            if (length > left) {
                queue.advance(outbound, left);
                break;
            }
            left -= length;
            releaseFirst(outbound);
            queue.remove(outbound);
        }
        proceed(connection);
    }

    /** Lets go of the frame that the queue begins with, in whosever memory it is. */
    private void releaseFirst(WriteQueue.Backlog backlog) {
        SocketFrames home = queue.home(backlog.head);
        (home == null ? frames : home).release(queue.address(backlog.head));
    }

    private void proceed(StreamConnection connection) {
        OutboundHalf outbound = connection.outbound;
        connection.touch(clock.nowNs());
        outbound.writeStartNs = clock.nowNs();
        takeAgain(outbound);
        if (outbound.hasNothing()) {
            endCopies(outbound);
        } else {
            writeSoon(connection);
        }
    }

    /** A step of a file's way to a connection. */
    void onFile(StreamConnection connection, StreamOperation step, int result) {
        ended(connection, step);
        if (connection.isOver()) {
            discard(connection);
            return;
        }
        boolean intoPipe = step == StreamOperation.FILE_IN;
        int errno = files.onCompletion(connection.outbound, result, intoPipe);
        if (errno != 0) {
            connection.report(errno);
            return;
        }
        OutboundHalf outbound = connection.outbound;
        if (!intoPipe) {
            queue.advance(outbound, Math.max(0, result));
        }
        if (queue.length(outbound.head) == 0) {
            queue.file(outbound.head).release();
            queue.remove(outbound);
        }
        proceed(connection);
    }

    /** A connection is over: what waits for it will not be sent. Not while an operation reads it. */
    void discard(StreamConnection connection) {
        if (!connection.operations.isWriting()) {
            boolean isWanted = connection.endedBy() == EndedBy.PROGRAM;
            discard(connection.outbound, isWanted, connection.errno(), connection.remote);
            files.close(connection.outbound);
        }
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

    /** Frames and regions that wait, and frames that notifications have not come for. */
    int waiting() {
        return queue.waiting() + holds.held();
    }

    /** Notifications that have not come. */
    int notifications() {
        return holds.held();
    }

    /** Counts what was queued since the last time. */
    void flushCounters() {
        if (sentFrames > 0) {
            counters.add(PortCounter.TX_FRAMES, sentFrames);
            counters.add(PortCounter.TX_BYTES, sentBytes);
            sentFrames = 0;
            sentBytes = 0;
        }
    }

    /** Cold. */
    void audit(FrameAudit audit) {
        holds.audit(audit);
        for (int i = 0; i < table.made(); i++) {
            OutboundHalf outbound = table.at(i).outbound;
            queue.audit(outbound, null, audit);
            queue.audit(outbound.plaintext, null, audit);
            if (outbound.copies != StreamConnection.NONE) {
                audit.found(FrameAudit.Place.SEND, outbound.copies);
            }
        }
    }

    /** Cold. Reports the frames of another port that wait here. */
    void audit(SocketFrames home, FrameAudit audit) {
        queue.audit(unconnected, home, audit);
        for (int i = 0; i < table.made(); i++) {
            queue.audit(table.at(i).outbound, home, audit);
            queue.audit(table.at(i).outbound.plaintext, home, audit);
        }
    }
}

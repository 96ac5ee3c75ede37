package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.MSG_NOSIGNAL;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_FIXED_BUF;

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
    /** So many times as many buffers as a connection has queued are to be empty. */
    private static final int SHARE = 4;

    private final Uring uring;
    private final SocketFrames frames;
    private final StreamTable table;
    private final StreamLifecycle lifecycle;
    private final FileTransfers files;
    private final WriteQueue queue;
    private final SendBlocks blocks;
    private final ZeroCopyHolds holds;
    private final PortCounters counters;
    private final int portId;
    private final int highWater;
    private final int lowWater;
    private final int zeroCopyAbove;
    private final int zeroCopyFlags;
    private final int buffer;
    private final ConnectionList toWrite;
    /** No connection: what waits for the next one that is made, and who waits for that. */
    private final StreamConnection unconnected = new StreamConnection(StreamConnection.NONE);

    private long sentFrames;
    private long sentBytes;

    /**
     * What a writer is to know beside the objects it works with.
     *
     * @param buffer index of the registered memory, or -1 without sends that are not copied
     */
    record Settings(int portId, int highWater, int lowWater, int zeroCopyAbove, int zeroCopyFlags, int buffer) {}

    StreamWriter(
            Uring uring,
            SocketFrames frames,
            StreamTable table,
            StreamLifecycle lifecycle,
            FileTransfers files,
            SendBlocks blocks,
            ZeroCopyHolds holds,
            PortCounters counters,
            Settings settings) {
        this.uring = uring;
        this.frames = frames;
        this.table = table;
        this.lifecycle = lifecycle;
        this.files = files;
        this.queue = new WriteQueue(frames.umem());
        this.toWrite = new ConnectionList(table.atStart());
        this.blocks = blocks;
        this.holds = holds;
        this.counters = counters;
        this.portId = settings.portId();
        this.highWater = settings.highWater();
        this.lowWater = settings.lowWater();
        this.zeroCopyAbove = settings.zeroCopyAbove();
        this.zeroCopyFlags = settings.zeroCopyFlags();
        this.buffer = settings.buffer();
        unconnected.open(0, StreamConnection.NO_SOCKET, 0);
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
        if (connection.head == StreamConnection.NONE) {
            connection.writeStartNs = lifecycle.nowNs();
        }
        sentFrames++;
        sentBytes += length;
        if (length > 0) {
            queue.add(connection, home, address, length);
        } else {
            (home == null ? frames : home).release(address);
        }
        if (file != null && file.lengthBytes() > 0) {
            queue.add(connection, file);
        } else if (file != null) {
            file.release();
        }
        connection.lastQueued |= last;
        if (connection == unconnected) {
            return;
        }
        fillUp(connection);
        writeSoon(connection);
    }

    private void fillUp(StreamConnection connection) {
        if (connection.queuedBytes > highWater || heldBuffers(connection) > frames.empty() / SHARE) {
            connection.full = true;
        }
    }

    // ---- what waits for a connection that is not there

    /** What {@link #queue} takes in place of a connection, for the next one that is made. */
    StreamConnection unconnected() {
        return unconnected;
    }

    /** Whether anything waits for the next connection. */
    boolean hasUnconnected() {
        return unconnected.head != StreamConnection.NONE;
    }

    /** How long the first of it has waited, in nanoseconds. */
    long unconnectedNs() {
        return lifecycle.nowNs() - unconnected.writeStartNs;
    }

    /** That connection is there: what has waited for it is its own, in the order that it came in. */
    void connected(StreamConnection connection) {
        if (!hasUnconnected()) {
            return;
        }
        queue.move(unconnected, connection);
        connection.lastQueued = unconnected.lastQueued;
        unconnected.lastQueued = false;
        connection.writeStartNs = lifecycle.nowNs();
        fillUp(connection);
        if (connection.full) {
            StreamReader.moveWaiters(unconnected, connection);
        } else {
            StreamReader.resumeWaiters(unconnected);
        }
        writeSoon(connection);
    }

    /** There will be none in time: it is counted, and the streams that it came by end. */
    void giveUpUnconnected() {
        if (hasUnconnected()) {
            discard(unconnected);
            unconnected.lastQueued = false;
            StreamReader.failWaiters(unconnected);
        }
    }

    /**
     * Bytes alone are no measure: a connection may not have more buffers than a share of those that are empty, however
     * little is in each, or peers that do not read would leave none to the others.
     */
    private static int heldBuffers(StreamConnection connection) {
        return connection.queuedBuffers + connection.unacknowledged;
    }

    private void takeAgain(StreamConnection connection) {
        if (connection.full
                && connection.queuedBytes <= lowWater
                && heldBuffers(connection) <= frames.empty() / (2 * SHARE)) {
            connection.full = false;
            StreamReader.resumeWaiters(connection);
        }
    }

    /**
     * Copies another port's bytes into a frame for {@link #queue}, behind other copies for the same connection if they
     * fit: datagrams are short, and would each take a frame.
     *
     * @return where they are, of which the caller is a holder; -1 when there is no frame
     */
    long copy(StreamConnection connection, MemorySegment from, long at, int length) {
        MemorySegment memory = frames.umem().memory();
        if (connection.copies == StreamConnection.NONE
                || connection.copiedBytes + Math.max(length, 1) > frames.umem().frameSize()) {
            long fresh = frames.take();
            if (fresh < 0) {
                return fresh;
            }
            endCopies(connection);
            connection.copies = fresh;
        }
        long copy = connection.copies + connection.copiedBytes;
        MemorySegment.copy(from, at, memory, copy, length);
        frames.hold(connection.copies);
        connection.copiedBytes += length;
        return copy;
    }

    /** No more copies go into that frame. */
    private void endCopies(StreamConnection connection) {
        if (connection.copies != StreamConnection.NONE) {
            frames.release(connection.copies);
            connection.copies = StreamConnection.NONE;
            connection.copiedBytes = 0;
        }
    }

    private void writeSoon(StreamConnection connection) {
        if (!connection.inWriteList && !connection.writing && !connection.over) {
            connection.inWriteList = true;
            toWrite.add(connection);
        }
    }

    /** Submits what can be. */
    void flush() {
        for (int left = toWrite.size(); left > 0; left--) {
            StreamConnection connection = table.at(toWrite.poll());
            connection.inWriteList = false;
            if (connection.over || connection.head == StreamConnection.NONE) {
                endCopies(connection);
                lifecycle.progressed(connection);
            } else if (!connection.writing && !write(connection)) {
                writeSoon(connection);
                return;
            }
        }
    }

    private boolean write(StreamConnection connection) {
        FileSource.Transfer file = queue.file(connection.head);
        if (file != null) {
            return files.start(connection, file, queue.address(connection.head), queue.length(connection.head));
        }
        boolean single = connection.queuedFrames == 1
                || queue.next(connection.head) == WriteQueue.NONE
                || queue.file(queue.next(connection.head)) != null;
        boolean zeroCopy = queue.length(connection.head) > zeroCopyAbove && queue.home(connection.head) == null;
        if (!uring.hasRoom()) {
            return false;
        }
        if (zeroCopy && sendWithoutCopy(connection)) {
            return true;
        }
        if (single || blocks.available() == 0) { // peers that do not read may have all blocks: no reason to wait
            send(connection);
        } else {
            sendMany(connection);
        }
        return true;
    }

    private long prepare(StreamConnection connection, int opcode, long address, int length, int operation, int index) {
        long at = uring.claim();
        SubmissionEntry.write(
                uring.entries(), at, opcode, connection.fd, address, length, UserData.of(portId, operation, 0, index));
        SubmissionEntry.operationFlags(uring.entries(), at, MSG_NOSIGNAL());
        connection.writing = true;
        connection.operations++;
        return at;
    }

    private void send(StreamConnection connection) {
        prepare(
                connection,
                IORING_OP_SEND(),
                queue.memoryAddress(connection.head),
                (int) queue.length(connection.head),
                TcpPort.SEND,
                connection.index);
    }

    private boolean sendWithoutCopy(StreamConnection connection) {
        long address = queue.address(connection.head);
        int hold = holds.take(connection, address);
        if (hold < 0) {
            return false;
        }
        connection.unacknowledged++;
        long at = prepare(
                connection,
                IORING_OP_SEND_ZC(),
                queue.memoryAddress(connection.head),
                (int) queue.length(connection.head),
                TcpPort.SEND_ZERO_COPY,
                hold);
        SubmissionEntry.ioPriority(uring.entries(), at, IORING_RECVSEND_FIXED_BUF() | zeroCopyFlags);
        SubmissionEntry.buffer(uring.entries(), at, buffer);
        counters.add(PortCounter.TX_ZERO_COPY, 1);
        return true;
    }

    private void sendMany(StreamConnection connection) {
        int block = blocks.take();
        int count = 0;
        for (int entry = connection.head;
                entry != WriteQueue.NONE && count < blocks.vectors() && queue.file(entry) == null;
                entry = queue.next(entry)) {
            blocks.vector(block, count++, queue.memoryAddress(entry), (int) queue.length(entry));
        }
        blocks.header(block, 0, count, 0);
        connection.writeBlock = block;
        prepare(connection, IORING_OP_SENDMSG(), blocks.headerAddress(block), 1, TcpPort.SEND, connection.index);
    }

    /** The result of a send without a copy, or the notification that its memory is free. */
    void onZeroCopy(int hold, int result, int flags) {
        StreamConnection connection = table.at(holds.connection(hold));
        boolean isNotification = (flags & CompletionQueue.NOTIFICATION) != 0;
        if (isNotification || (flags & CompletionQueue.MORE) == 0) {
            holds.release(hold);
            connection.unacknowledged--;
        }
        if (!isNotification) {
            onCompletion(connection, result);
            return;
        }
        if ((result & CompletionQueue.ZERO_COPY_COPIED) != 0) {
            counters.add(PortCounter.TX_ZERO_COPY_COPIED, 1);
        }
        connection.writeStartNs = lifecycle.nowNs();
        takeAgain(connection);
        lifecycle.progressed(connection);
    }

    /** The result of a send. */
    void onCompletion(StreamConnection connection, int result) {
        ended(connection);
        if (connection.over) {
            discard(connection);
            lifecycle.progressed(connection);
        } else if (result >= 0) {
            written(connection, result);
        } else if (result == -EAGAIN() || result == -EINTR()) {
            writeSoon(connection);
        } else {
            lifecycle.failed(connection, -result);
        }
    }

    private void ended(StreamConnection connection) {
        connection.writing = false;
        connection.operations--;
        if (connection.writeBlock != StreamConnection.NONE) {
            blocks.give(connection.writeBlock);
            connection.writeBlock = StreamConnection.NONE;
        }
    }

    /** Some bytes of what is queued have been taken by the kernel. */
    private void written(StreamConnection connection, int bytes) {
        long left = bytes;
        while (left > 0) {
            long length = queue.length(connection.head);
            if (length > left) {
                queue.advance(connection, left);
                break;
            }
            left -= length;
            releaseFirst(connection);
            queue.remove(connection);
        }
        proceed(connection);
    }

    /** Lets go of the frame that the queue begins with, in whosever memory it is. */
    private void releaseFirst(StreamConnection connection) {
        SocketFrames home = queue.home(connection.head);
        (home == null ? frames : home).release(queue.address(connection.head));
    }

    private void proceed(StreamConnection connection) {
        connection.activeNs = lifecycle.nowNs();
        connection.writeStartNs = connection.activeNs;
        takeAgain(connection);
        if (connection.head == StreamConnection.NONE) {
            endCopies(connection);
            lifecycle.progressed(connection);
        } else {
            writeSoon(connection);
        }
    }

    /** A step of a file's way to a connection. */
    void onFile(StreamConnection connection, int result, boolean intoPipe) {
        ended(connection);
        if (connection.over) {
            discard(connection);
            lifecycle.progressed(connection);
            return;
        }
        int errno = files.onCompletion(connection, result, intoPipe);
        if (errno != 0) {
            lifecycle.failed(connection, errno);
            return;
        }
        if (!intoPipe) {
            queue.advance(connection, Math.max(0, result));
        }
        if (queue.length(connection.head) == 0) {
            queue.file(connection.head).release();
            queue.remove(connection);
        }
        proceed(connection);
    }

    /** A connection is over: what waits for it will not be sent. Not while an operation reads it. */
    void discard(StreamConnection connection) {
        if (connection.writing) {
            return;
        }
        if (connection.queuedFrames > 0) {
            countUnsent(connection, PortCounter.TX_FAILED, connection.queuedFrames);
        }
        while (connection.head != StreamConnection.NONE) {
            FileSource.Transfer file = queue.file(connection.head);
            if (file == null) {
                releaseFirst(connection);
            } else {
                countUnsent(connection, PortCounter.FILES_CUT, 1);
                file.release();
            }
            queue.remove(connection);
        }
        endCopies(connection);
        files.close(connection);
    }

    private void countUnsent(StreamConnection connection, PortCounter counter, int amount) {
        if (connection.endedBy == EndedBy.PROGRAM) {
            counters.addWanted(counter, amount);
        } else {
            counters.fault(counter, amount, connection.errno, connection.remote);
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
            StreamConnection connection = table.at(i);
            queue.audit(connection, null, audit);
            if (connection.copies != StreamConnection.NONE) {
                audit.found(FrameAudit.Place.SEND, connection.copies);
            }
        }
    }

    /** Cold. Reports the frames of another port that wait here. */
    void audit(SocketFrames home, FrameAudit audit) {
        queue.audit(unconnected, home, audit);
        for (int i = 0; i < table.made(); i++) {
            queue.audit(table.at(i), home, audit);
        }
    }
}

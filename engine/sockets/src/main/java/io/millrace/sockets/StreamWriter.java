package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.MSG_NOSIGNAL;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_FIXED_BUF;

import io.millrace.FileSource;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;

/**
 * The sending half of a TCP port. Frames queued for a connection leave in order, as many as fit into one operation, and
 * one operation at a time; if the kernel took only a part, the next operation continues there. Only the poller's thread
 * may use this.
 */
final class StreamWriter {
    /** The most frames of one operation. */
    static final int MOST_PARTS = 64;

    private final Uring uring;
    private final OutboundQueues queues;
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
    private final ZeroCopy zeroCopy;
    private final ConnectionList toWrite;

    /**
     * The settings of a writer.
     *
     * @param layered whether connections have sessions of a {@link StreamLayer}
     */
    record Settings(int portId, ZeroCopy zeroCopy, boolean layered) {}

    StreamWriter(
            Uring uring,
            OutboundQueues queues,
            StreamTable table,
            CycleClock clock,
            FileTransfers files,
            SendBlocks blocks,
            ZeroCopyHolds holds,
            PortCounters counters,
            Settings settings) {
        this.uring = uring;
        this.queues = queues;
        this.table = table;
        this.clock = clock;
        this.files = files;
        this.queue = queues.entries();
        this.layer = settings.layered() ? new LayerWriter(queues.frames(), queue) : null;
        this.toWrite = new ConnectionList(table.atStart());
        this.blocks = blocks;
        this.holds = holds;
        this.counters = counters;
        this.portId = settings.portId();
        this.zeroCopy = settings.zeroCopy();
    }

    OutboundQueues queues() {
        return queues;
    }

    /** Called when something has been queued for the connection, or its session may have something to send. */
    void wake(StreamConnection connection) {
        writeSoon(connection);
    }

    private void writeSoon(StreamConnection connection) {
        if (!connection.outbound.isListed && !connection.operations.isWriting() && !connection.isOver()) {
            connection.outbound.isListed = true;
            toWrite.add(connection);
        }
    }

    /** Submits what can be submitted. */
    void flush() {
        for (int left = toWrite.size(); left > 0; left--) {
            StreamConnection connection = table.at(toWrite.poll());
            OutboundHalf outbound = connection.outbound;
            outbound.isListed = false;
            boolean isBehind = connection.session() != null && !connection.isOver() && layer.wrap(connection);
            if (outbound.hasNothing()) {
                queues.endCopies(outbound);
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
        // peers that do not read may occupy all blocks, so this does not wait for one
        if (single || blocks.available() == 0) {
            send(connection);
        } else {
            sendMany(connection);
        }
        return true;
    }

    /** @param index the index of the connection, or of the hold on the memory */
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

    /**
     * Handles the result of a send without a copy, or the notification that its memory is free; returns the connection.
     */
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
        queues.takeAgain(connection.outbound);
        return connection;
    }

    /** Handles the result of a send. */
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

    /** Removes bytes from the queue that the kernel has taken. */
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
            queues.releaseFirst(outbound);
            queue.remove(outbound);
        }
        proceed(connection);
    }

    private void proceed(StreamConnection connection) {
        OutboundHalf outbound = connection.outbound;
        connection.touch(clock.nowNs());
        outbound.writeStartNs = clock.nowNs();
        queues.takeAgain(outbound);
        if (outbound.hasNothing()) {
            queues.endCopies(outbound);
        } else {
            writeSoon(connection);
        }
    }

    /** Handles the result of one step of sending a file. */
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

    /** A connection has ended: what waits for it will not be sent. Not to be called while an operation reads it. */
    void discard(StreamConnection connection) {
        if (!connection.operations.isWriting()) {
            queues.discard(connection);
            files.close(connection.outbound);
        }
    }

    /** The number of frames and regions that wait, and of frames whose notification has not come. */
    int waiting() {
        return queue.waiting() + holds.held();
    }

    /** The number of notifications that have not come. */
    int notifications() {
        return holds.held();
    }

    /** Reports the frames of sends without a copy that are under way. Cold. */
    void audit(FrameAudit audit) {
        holds.audit(audit);
    }
}

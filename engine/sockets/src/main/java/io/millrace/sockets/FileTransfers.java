package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.EIO;
import static io.millrace.bindings.libc.libc_h.F_SETPIPE_SZ;
import static io.millrace.bindings.libc.libc_h.O_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SPLICE_F_MORE;
import static io.millrace.bindings.libc.libc_h.SPLICE_F_MOVE;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SPLICE;

import io.millrace.FileSource;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.EngineLog;
import org.slf4j.Logger;

/**
 * Sends files to connections: splice(2) from the file into a pipe of the connection, then from the pipe into its
 * socket, page by page, in turns. The bytes never come into this process. Only the poller's thread may use this.
 */
final class FileTransfers {
    private static final Logger LOG = EngineLog.of(FileTransfers.class);
    private static final int PIPE_BYTES = 256 << 10;
    private static final long NO_OFFSET = -1;

    private final Uring uring;
    private final int portId;

    FileTransfers(Uring uring, int portId) {
        this.uring = uring;
        this.portId = portId;
    }

    /**
     * Submits the next step of a transfer.
     *
     * @param offset the offset in the file of the bytes that have not been sent to the socket
     * @param left   the number of these bytes
     * @return false if the queue is full
     */
    boolean start(StreamConnection connection, FileSource.Transfer file, long offset, long left) {
        OutboundHalf outbound = connection.outbound;
        if (outbound.pipeRead == StreamConnection.NO_SOCKET && !openPipe(connection)) {
            return true;
        }
        long at = uring.claim();
        if (at == SubmissionQueue.FULL) {
            return false;
        }
        boolean intoPipe = outbound.inPipe == 0;
        int bytes = intoPipe ? (int) Math.min(left, PIPE_BYTES) : outbound.inPipe;
        StreamOperation step = intoPipe ? StreamOperation.FILE_IN : StreamOperation.FILE_OUT;
        SubmissionEntry.write(
                uring.entries(),
                at,
                IORING_OP_SPLICE(),
                intoPipe ? outbound.pipeWrite : connection.fd(),
                0,
                bytes,
                step.userData(portId, connection.index));
        SubmissionEntry.offset(uring.entries(), at, NO_OFFSET);
        SubmissionEntry.spliceFrom(
                uring.entries(), at, intoPipe ? file.fd() : outbound.pipeRead, intoPipe ? offset : NO_OFFSET);
        boolean isLast = !intoPipe && bytes == left;
        SubmissionEntry.operationFlags(uring.entries(), at, SPLICE_F_MOVE() | (isLast ? 0 : SPLICE_F_MORE()));
        connection.operations.begin(step);
        return true;
    }

    /**
     * Makes the pipe if there is none; returns whether there is one. If not, the connection's failure is reported, and
     * seen at the port's next tick.
     */
    private boolean openPipe(StreamConnection connection) {
        try {
            int[] ends = Libc.pipe2(O_CLOEXEC());
            connection.outbound.pipeRead = ends[0];
            connection.outbound.pipeWrite = ends[1];
            enlarge(ends[1]);
            return true;
        } catch (SystemCallException e) {
            connection.report(e.errno());
            return false;
        }
    }

    /** Enlarges the pipe, if the user's limit of pipe pages allows it, so that a file takes fewer steps. */
    private static void enlarge(int pipe) {
        try {
            Libc.fcntl(pipe, F_SETPIPE_SZ(), PIPE_BYTES);
        } catch (SystemCallException e) {
            LOG.debug("a pipe keeps its size: {}", e.getMessage());
        }
    }

    /** Called when a step has ended; returns 0, or the errno by which the transfer fails. */
    int onCompletion(OutboundHalf outbound, int result, boolean intoPipe) {
        if (result < 0) {
            return result == -EAGAIN() || result == -EINTR() ? 0 : -result;
        }
        if (intoPipe) {
            outbound.inPipe = result;
            return result == 0 ? EIO() : 0; // the file is shorter than its region
        }
        outbound.inPipe -= result;
        return 0;
    }

    /** Closes the pipe of a connection that sends no more files. */
    void close(OutboundHalf outbound) {
        if (outbound.pipeRead != StreamConnection.NO_SOCKET) {
            Libc.close(outbound.pipeRead);
            Libc.close(outbound.pipeWrite);
            outbound.pipeRead = StreamConnection.NO_SOCKET;
            outbound.pipeWrite = StreamConnection.NO_SOCKET;
        }
    }
}

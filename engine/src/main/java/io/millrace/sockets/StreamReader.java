package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.uring.uring_h.IORING_OP_ASYNC_CANCEL;
import static io.millrace.bindings.uring.uring_h.IORING_OP_RECV;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_BUNDLE;
import static io.millrace.bindings.uring.uring_h.IORING_RECV_MULTISHOT;
import static io.millrace.bindings.uring.uring_h.IOSQE_BUFFER_SELECT;

import io.millrace.ConnectionState;
import io.millrace.core.counters.PortCounters;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.FrameInlet;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The receiving half of a TCP port: a multishot receive for each connection, all of them into the port's one ring of
 * buffers. What comes is a frame as it is, or is cut into messages. Poller's thread only.
 */
final class StreamReader {
    private final Uring uring;
    private final SocketFrames frames;
    private final StreamTable table;
    private final StreamLifecycle lifecycle;
    private final int frameSize;
    private final PortCounters counters;
    private final int portId;
    private final int receiveFlags;
    /** Null to hand on what comes as it comes. */
    private final StreamDecoder decoder;

    private final ConnectionList toArm;

    /** What is left of a receive that found no room in the pipeline: of the buffer at hand, and of those behind it. */
    private StreamConnection leftConnection;

    private long leftAddress;
    private int leftLength;
    private int leftBufferId;
    private int leftBytes;

    private boolean quiet;
    private long receivedFrames;
    private long receivedBytes;
    private long discardedBytes;

    /** @param bundles whether one receive may fill several buffers */
    StreamReader(
            Uring uring,
            SocketFrames frames,
            StreamTable table,
            StreamLifecycle lifecycle,
            PortCounters counters,
            int portId,
            boolean bundles,
            FrameDecoder decoder) {
        this.uring = uring;
        this.frames = frames;
        this.table = table;
        this.lifecycle = lifecycle;
        this.frameSize = frames.umem().frameSize();
        this.counters = counters;
        this.portId = portId;
        this.receiveFlags = IORING_RECV_MULTISHOT() | (bundles ? IORING_RECVSEND_BUNDLE() : 0);
        this.toArm = new ConnectionList(table.atStart());
        this.decoder = decoder == null ? null : new StreamDecoder(decoder, frames, table, lifecycle, this, counters);
    }

    boolean cutsMessages() {
        return decoder != null;
    }

    /** Lets the connection be read. */
    void start(StreamConnection connection) {
        connection.wantsToReceive = true;
        armSoon(connection);
    }

    /** The same, for bytes that are thrown away, whoever has no room. */
    void readToEnd(StreamConnection connection) {
        if (decoder != null) {
            decoder.forget(connection, connection.endErrno != 0);
        }
        stopWaiting(connection);
        start(connection);
    }

    private void armSoon(StreamConnection connection) {
        if (!connection.inArmList && canBeRead(connection)) {
            connection.inArmList = true;
            toArm.add(connection);
        }
    }

    private boolean canBeRead(StreamConnection connection) {
        return connection.wantsToReceive
                && !connection.receiving
                && !connection.over
                && !quiet
                && !isPaused(connection);
    }

    /** Whether there is no room for what would be received. */
    private static boolean isPaused(StreamConnection connection) {
        return connection.waitsFor != null || connection.firstChunk != StreamConnection.NONE;
    }

    /** Starts the receives that are to be started. */
    void arm() {
        for (int left = toArm.size(); left > 0 && frames.canReceive(); left--) {
            StreamConnection connection = table.at(toArm.poll());
            connection.inArmList = false;
            if (connection.over) {
                lifecycle.progressed(connection);
            } else if (canBeRead(connection) && !arm(connection)) {
                armSoon(connection);
                return;
            }
        }
    }

    private boolean arm(StreamConnection connection) {
        long at = uring.claim();
        if (at == SubmissionQueue.FULL) {
            return false;
        }
        MemorySegment entries = uring.entries();
        SubmissionEntry.write(
                entries,
                at,
                IORING_OP_RECV(),
                connection.fd,
                0,
                0,
                UserData.of(portId, TcpPort.RECEIVE, 0, connection.index));
        SubmissionEntry.ioPriority(entries, at, receiveFlags);
        SubmissionEntry.flags(entries, at, IOSQE_BUFFER_SELECT());
        SubmissionEntry.buffer(entries, at, frames.group());
        connection.receiving = true;
        connection.operations++;
        return true;
    }

    /**
     * Reads no more from a connection of this port until {@link #resumeWaiters} of the one that it waits for, which may be
     * another port's.
     */
    void waitFor(StreamConnection connection, StreamConnection target) {
        if (connection.waitsFor == null && !connection.over) {
            connection.reader = this;
            connection.waitsFor = target;
            connection.waitsSinceNs = lifecycle.nowNs();
            connection.nextWaiter = target.firstWaiter;
            target.firstWaiter = connection;
            cancel(connection);
        }
    }

    /** Ends the receive that is under way; what it has received still comes. */
    void cancel(StreamConnection connection) {
        if (!connection.receiving || connection.pausing) {
            return;
        }
        long at = uring.claim();
        if (at != SubmissionQueue.FULL) { // else once more when it has received something
            SubmissionEntry.write(
                    uring.entries(),
                    at,
                    IORING_OP_ASYNC_CANCEL(),
                    -1,
                    UserData.of(portId, TcpPort.RECEIVE, 0, connection.index),
                    0,
                    UserData.of(portId, TcpPort.CANCEL, 0, connection.index));
            connection.pausing = true;
        }
    }

    /** A connection has room again, or is over: those that waited for it are read again, each by its own port. */
    static void resumeWaiters(StreamConnection target) {
        for (StreamConnection waiter = takeWaiters(target); waiter != null; ) {
            StreamConnection next = waiter.nextWaiter;
            waiter.nextWaiter = null;
            waiter.waitsFor = null;
            waiter.reader.goesOnAfterWait(waiter);
            waiter = next;
        }
    }

    private static StreamConnection takeWaiters(StreamConnection target) {
        StreamConnection first = target.firstWaiter;
        if (first != null) {
            target.firstWaiter = null;
        }
        return first;
    }

    private void goesOnAfterWait(StreamConnection connection) {
        connection.activeNs = lifecycle.nowNs();
        armSoon(connection);
    }

    /** What they wait for is another connection from here on; that one has no waiters of its own. */
    static void moveWaiters(StreamConnection from, StreamConnection to) {
        to.firstWaiter = takeWaiters(from);
        for (StreamConnection waiter = to.firstWaiter; waiter != null; waiter = waiter.nextWaiter) {
            waiter.waitsFor = to;
        }
    }

    /** What they wait for does not come about: their streams have lost bytes, and end. */
    static void failWaiters(StreamConnection target) {
        while (target.firstWaiter != null) {
            StreamConnection waiter = target.firstWaiter;
            waiter.reader.lifecycle.waitedTooLong(waiter); // takes it off the list
        }
    }

    /** @return false when something is left that finds no room in the pipeline */
    boolean onCompletion(StreamConnection connection, int result, int flags, FrameInlet inlet) {
        boolean done = true;
        if ((flags & CompletionQueue.BUFFER) != 0) {
            connection.activeNs = lifecycle.nowNs();
            done = buffers(connection, CompletionQueue.bufferId(flags), result, inlet);
        }
        if ((flags & CompletionQueue.MORE) != 0) {
            if (isPaused(connection) || !connection.wantsToReceive) {
                cancel(connection); // there was no room for the request
            }
        } else {
            connection.receiving = false;
            connection.pausing = false;
            connection.operations--;
            ended(connection, result, inlet);
            armSoon(connection);
            lifecycle.progressed(connection);
        }
        return done;
    }

    /** A receive has ended: at the end of the stream, for want of buffers, because it was cancelled, by an error. */
    private void ended(StreamConnection connection, int result, FrameInlet inlet) {
        if (result == 0) {
            connection.wantsToReceive = false;
            connection.endsLater = connection.firstChunk != StreamConnection.NONE
                    || decoder != null && !decoder.finish(connection, inlet);
            if (!connection.endsLater) {
                lifecycle.readEnded(connection);
            }
        } else if (result == -ENOBUFS()) {
            counters.add(PortCounter.RX_NO_BUFFER, 1);
            counters.add(PortCounter.RX_REARMED, 1);
        } else if (result > 0) {
            counters.add(PortCounter.RX_REARMED, 1);
        } else if (result != -ECANCELED()) {
            lifecycle.failed(connection, -result);
        }
    }

    private boolean buffers(StreamConnection connection, int bufferId, int bytes, FrameInlet inlet) {
        int id = bufferId;
        int left = Math.max(bytes, 0);
        do {
            long frame = frames.received(id);
            id = frames.next(id);
            int length = Math.min(left, frameSize);
            left -= length;
            if (!chunk(connection, frame, length, inlet)) {
                leftBufferId = id;
                leftBytes = left;
                return false;
            }
        } while (left > 0);
        return true;
    }

    /** Hands on what one buffer holds, of which this is the holder. */
    private boolean chunk(StreamConnection connection, long address, int length, FrameInlet inlet) {
        if (length == 0 || quiet || connection.over || connection.discarding) {
            discardedBytes += length;
            frames.release(address);
            return true;
        }
        int left = length;
        if (decoder != null) {
            left = decoder.take(connection, address, length, inlet);
        } else if (inlet.room(1) > 0) {
            emit(connection, address, length, inlet);
            left = 0;
        }
        if (left > 0) {
            keep(connection, address + length - left, left);
        }
        return left == 0;
    }

    private void keep(StreamConnection connection, long address, int length) {
        leftConnection = connection;
        connection.operations++; // or another connection may have the object by then
        leftAddress = address;
        leftLength = length;
    }

    /** A frame for the stages; the hold on its memory passes to the inlet, which must have room. */
    void emit(StreamConnection connection, long address, int length, FrameInlet inlet) {
        receivedFrames++;
        receivedBytes += length;
        connection.inFlight++;
        inlet.frame(portId, 0, connection.index, address, length);
    }

    /** What waited to be cut has been, or was given up. */
    void goesOn(StreamConnection connection) {
        if (connection.endsLater) {
            connection.endsLater = false;
            lifecycle.readEnded(connection);
        }
        connection.activeNs = lifecycle.nowNs();
        armSoon(connection);
        lifecycle.progressed(connection);
    }

    /** Goes on with connections that waited for a frame; returns how much. */
    int resumeCutting(FrameInlet inlet) {
        return decoder == null ? 0 : decoder.resume(inlet);
    }

    /** Hands on what was left. */
    boolean resume(FrameInlet inlet) {
        StreamConnection connection = leftConnection;
        leftConnection = null;
        boolean done = chunk(connection, leftAddress, leftLength, inlet)
                && (leftBytes == 0 || buffers(connection, leftBufferId, leftBytes, inlet));
        connection.operations--;
        lifecycle.progressed(connection);
        return done;
    }

    /** Whether bytes have been received that have come into no frame yet. */
    boolean hasRest(StreamConnection connection) {
        return decoder != null && StreamDecoder.hasRest(connection);
    }

    /** A connection is over: what it had of messages is given up. */
    void forget(StreamConnection connection) {
        if (decoder != null) {
            decoder.forget(connection, connection.state == ConnectionState.FAILED);
        }
        stopWaiting(connection);
        resumeWaiters(connection);
    }

    private static void stopWaiting(StreamConnection connection) {
        StreamConnection target = connection.waitsFor;
        if (target == null) {
            return;
        }
        if (target.firstWaiter == connection) {
            target.firstWaiter = connection.nextWaiter;
        } else {
            StreamConnection before = target.firstWaiter;
            while (before.nextWaiter != connection) {
                before = before.nextWaiter;
            }
            before.nextWaiter = connection.nextWaiter;
        }
        connection.waitsFor = null;
        connection.nextWaiter = null;
    }

    /** From here on what still comes is given up, and what was left. */
    void quiesce() {
        quiet = true;
        if (leftConnection != null) {
            discardedBytes += leftLength + leftBytes;
            frames.release(leftAddress);
            while (leftBytes > 0) {
                frames.release(frames.received(leftBufferId));
                leftBufferId = frames.next(leftBufferId);
                leftBytes -= Math.min(leftBytes, frameSize);
            }
            leftConnection.operations--;
            leftConnection = null;
        }
    }

    /** Cold. Reports what is not in the stages' hands, nor in the kernel's. */
    void audit(FrameAudit audit) {
        if (leftConnection != null) {
            audit.found(FrameAudit.Place.SEND, leftAddress);
        }
        if (decoder != null) {
            decoder.audit(audit);
        }
    }

    /** Counts what was received since the last time. */
    void flushCounters() {
        if (receivedFrames > 0) {
            counters.add(PortCounter.RX_FRAMES, receivedFrames);
            counters.add(PortCounter.RX_BYTES, receivedBytes);
            receivedFrames = 0;
            receivedBytes = 0;
        }
        if (discardedBytes > 0) {
            counters.add(PortCounter.RX_BYTES_DISCARDED, discardedBytes);
            discardedBytes = 0;
        }
        if (decoder != null) {
            decoder.flushCounters();
        }
    }
}

package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.EPROTO;
import static io.millrace.bindings.uring.uring_h.IORING_OP_RECV;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_BUNDLE;
import static io.millrace.bindings.uring.uring_h.IORING_RECV_MULTISHOT;
import static io.millrace.bindings.uring.uring_h.IOSQE_BUFFER_SELECT;

import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * Reads the connections of a TCP port: by a multishot receive for each, all into the port's one buffer ring. Received
 * bytes are handed on as they are, or decoded into messages. Only the poller's thread may use this.
 */
final class StreamReader {
    private final Uring uring;
    private final SocketFrames frames;
    private final StreamTable table;
    private final CycleClock clock;
    private final int frameSize;
    private final PortCounters counters;
    private final int portId;
    private final int receiveFlags;
    private final StreamOutput output;
    /** Null if bytes are handed on as they come. */
    private final StreamDecoder decoder;

    /** Null in a port without a layer. */
    private final LayerReader layer;

    private final ConnectionList toArm;
    /** The connections of which received bytes wait for room. */
    private final ConnectionList waiting;

    /** The rest of a receive that had no room in the pipeline: of the current buffer, and those after it. */
    private StreamConnection leftConnection;

    private long leftAddress;
    private int leftLength;
    private int leftBufferId;
    private int leftBytes;

    private boolean quiet;
    private long discardedBytes;

    /**
     * @param bundles whether one receive may fill several buffers
     * @param decoder finds messages in the streams; null if bytes are handed on as they come
     * @param layered whether connections have sessions of a {@link StreamLayer}
     */
    StreamReader(
            Uring uring,
            SocketFrames frames,
            StreamTable table,
            CycleClock clock,
            PortCounters counters,
            int portId,
            boolean bundles,
            FrameDecoder decoder,
            boolean layered) {
        this.uring = uring;
        this.frames = frames;
        this.table = table;
        this.clock = clock;
        this.frameSize = frames.umem().frameSize();
        this.counters = counters;
        this.portId = portId;
        this.receiveFlags = IORING_RECV_MULTISHOT() | (bundles ? IORING_RECVSEND_BUNDLE() : 0);
        this.toArm = new ConnectionList(table.atStart());
        this.output = new StreamOutput(portId, counters);
        this.decoder = decoder == null ? null : new StreamDecoder(decoder, frames, table, output, counters);
        this.layer = layered ? new LayerReader(frames, table, output, this.decoder) : null;
        this.waiting = new ConnectionList(table.atStart());
    }

    boolean cutsMessages() {
        return decoder != null;
    }

    /** Starts reading the connection. */
    void start(StreamConnection connection) {
        if (connection.inbound.reading == InboundHalf.Reading.OFF) {
            connection.inbound.reading = InboundHalf.Reading.ON;
        }
        armSoon(connection);
    }

    /** Stops receiving; what is on its way still comes. */
    void stop(StreamConnection connection) {
        InboundHalf inbound = connection.inbound;
        if (inbound.reading == InboundHalf.Reading.ON) {
            inbound.reading = InboundHalf.Reading.OFF;
            cancel(connection);
        }
    }

    /** Reads the connection to its end, even if its target has no room, because the bytes are discarded. */
    void readToEnd(StreamConnection connection) {
        InboundHalf inbound = connection.inbound;
        if (decoder != null) {
            decoder.forget(connection, connection.endErrno() != 0);
        }
        if (layer != null) {
            layer.forget(inbound);
        }
        inbound.stopWaiting();
        if (inbound.reading == InboundHalf.Reading.ENDING) {
            inbound.reading = InboundHalf.Reading.ENDED;
        } else {
            start(connection);
        }
    }

    private void armSoon(StreamConnection connection) {
        if (!connection.inbound.isListed && canBeRead(connection)) {
            connection.inbound.isListed = true;
            toArm.add(connection);
        }
    }

    private boolean canBeRead(StreamConnection connection) {
        return connection.inbound.reading == InboundHalf.Reading.ON
                && !connection.inbound.isPaused()
                && !connection.operations.isUnderWay(StreamOperation.RECEIVE)
                && !connection.isOver()
                && !quiet;
    }

    /** Starts the receives that are due. */
    void arm() {
        for (int left = toArm.size(); left > 0 && frames.canReceive(); left--) {
            StreamConnection connection = table.at(toArm.poll());
            connection.inbound.isListed = false;
            if (canBeRead(connection) && !arm(connection)) {
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
                connection.fd(),
                0,
                0,
                StreamOperation.RECEIVE.userData(portId, connection.index));
        SubmissionEntry.ioPriority(entries, at, receiveFlags);
        SubmissionEntry.flags(entries, at, IOSQE_BUFFER_SELECT());
        SubmissionEntry.buffer(entries, at, frames.group());
        connection.operations.begin(StreamOperation.RECEIVE);
        return true;
    }

    /**
     * Stops reading a connection of this port until the target of its frames, which may be another port's, has room.
     */
    void waitFor(StreamConnection connection, OutboundHalf target) {
        InboundHalf inbound = connection.inbound;
        if (inbound.waitsFor() == null && !connection.isOver()) {
            inbound.waitFor(target, this, clock.nowNs());
            cancel(connection);
        }
    }

    /** The target that the connection waited for has room again. */
    void resumed(StreamConnection connection) {
        connection.touch(clock.nowNs());
        armSoon(connection);
    }

    /** Cancels the receive that is under way; what it has received still comes. */
    private void cancel(StreamConnection connection) {
        if (!connection.operations.isUnderWay(StreamOperation.RECEIVE) || connection.inbound.isCancelled) {
            return;
        }
        // If the queue has no room for the request, it is repeated when the receive brings more.
        connection.inbound.isCancelled = uring.cancel(StreamOperation.RECEIVE.userData(portId, connection.index));
    }

    /** @return false if the pipeline had no room for something */
    boolean onCompletion(StreamConnection connection, int result, int flags, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        boolean done = true;
        if ((flags & CompletionQueue.BUFFER) != 0) {
            connection.touch(clock.nowNs());
            done = buffers(connection, CompletionQueue.bufferId(flags), result, inlet);
        }
        if ((flags & CompletionQueue.MORE) == 0) {
            connection.operations.end(StreamOperation.RECEIVE);
            inbound.isCancelled = false;
            ended(connection, result, inlet);
            armSoon(connection);
        } else if (inbound.isPaused() || inbound.reading != InboundHalf.Reading.ON) {
            cancel(connection);
        }
        return done;
    }

    /** Called when a receive has ended: by the end of the stream, no free buffer, a cancellation or an error. */
    private void ended(StreamConnection connection, int result, FrameInlet inlet) {
        if (result == 0) {
            end(connection, inlet);
        } else if (result == -ENOBUFS()) {
            counters.add(PortCounter.RX_NO_BUFFER, 1);
            counters.add(PortCounter.RX_REARMED, 1);
        } else if (result > 0) {
            counters.add(PortCounter.RX_REARMED, 1);
        } else if (result != -ECANCELED()) {
            connection.report(-result);
        }
    }

    /** Called when the peer sends nothing more. */
    private void end(StreamConnection connection, FrameInlet inlet) {
        if (connection.inbound.reading != InboundHalf.Reading.ENDED) {
            connection.inbound.reading = InboundHalf.Reading.ENDING;
            endWhenDecoded(connection, inlet);
        }
    }

    private void endWhenDecoded(StreamConnection connection, FrameInlet inlet) {
        InboundHalf inbound = connection.inbound;
        if (inbound.reading != InboundHalf.Reading.ENDING || inbound.isHeldBack()) {
            return;
        }
        if (decoder != null && !decoder.finish(connection, inlet)) {
            waitOn(connection);
            return;
        }
        if (isCutOff(connection)) {
            connection.endWith(EPROTO());
        }
        inbound.reading = InboundHalf.Reading.ENDED;
    }

    /** Returns whether the stream has ended without the closing message of the peer's session. */
    private static boolean isCutOff(StreamConnection connection) {
        return connection.session() != null
                && !connection.isDeaf()
                && !connection.session().hasEnded();
    }

    private void waitOn(StreamConnection connection) {
        if (!connection.inbound.isWaiting) {
            connection.inbound.isWaiting = true;
            waiting.add(connection);
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

    /** Hands on the bytes of one buffer, which this object holds. */
    private boolean chunk(StreamConnection connection, long address, int length, FrameInlet inlet) {
        if (length == 0 || quiet || connection.isDeaf()) {
            discardedBytes += length;
            frames.release(address);
            return true;
        }
        int left = length;
        if (connection.session() != null) {
            layer.take(connection, address, length, inlet);
            endAtGoodbye(connection, inlet);
            left = 0;
        } else if (decoder != null) {
            left = decoder.take(connection, address, length, inlet);
        } else if (inlet.room(1) > 0) {
            output.frame(connection, address, length, inlet);
            left = 0;
        }
        if (connection.inbound.isHeldBack()) {
            cancel(connection);
            waitOn(connection);
        }
        if (left > 0) {
            keep(connection, address + length - left, left);
        }
        return left == 0;
    }

    private void endAtGoodbye(StreamConnection connection, FrameInlet inlet) {
        if (connection.session().hasEnded() && !connection.isDeaf()) {
            end(connection, inlet);
        }
    }

    private void keep(StreamConnection connection, long address, int length) {
        leftConnection = connection;
        connection.operations.begin(StreamOperation.DELIVER);
        leftAddress = address;
        leftLength = length;
    }

    /** The connection that {@link #resume} continues with. */
    StreamConnection left() {
        return leftConnection;
    }

    /** Hands on what was left; returns false if something is still left. */
    boolean resume(FrameInlet inlet) {
        StreamConnection connection = leftConnection;
        leftConnection = null;
        connection.operations.end(StreamOperation.DELIVER);
        return chunk(connection, leftAddress, leftLength, inlet)
                && (leftBytes == 0 || buffers(connection, leftBufferId, leftBytes, inlet));
    }

    /** How many connections wait for room for what they have received. */
    int waiting() {
        return waiting.size();
    }

    /** Returns the connection that has waited longest, for {@link #goOn}. */
    StreamConnection nextWaiting() {
        StreamConnection connection = table.at(waiting.poll());
        connection.inbound.isWaiting = false;
        return connection;
    }

    /** Continues with what has been received of the connection; returns how many pieces have been handed on. */
    int goOn(StreamConnection connection, FrameInlet inlet) {
        int pieces = decoder == null ? 0 : decoder.decodeOn(connection, inlet);
        if (connection.session() != null) {
            pieces += layer.goOn(connection, inlet);
            endAtGoodbye(connection, inlet);
        }
        if (connection.inbound.isHeldBack()) {
            waitOn(connection);
        } else {
            endWhenDecoded(connection, inlet);
            connection.touch(clock.nowNs());
            armSoon(connection);
        }
        return pieces;
    }

    /** A connection has ended: its incomplete messages are given up. */
    void forget(StreamConnection connection) {
        if (decoder != null) {
            decoder.forget(connection, connection.state() == StreamState.FAILED);
        }
        if (layer != null) {
            layer.forget(connection.inbound);
        }
        connection.inbound.stopWaiting();
    }

    /** From now on, what was left and what still comes is given up. */
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
            leftConnection.operations.end(StreamOperation.DELIVER);
            leftConnection = null;
        }
    }

    /** Reports the frames that neither the stages nor the kernel have. Cold. */
    void audit(FrameAudit audit) {
        if (leftConnection != null) {
            audit.found(FrameAudit.Place.SEND, leftAddress);
        }
        if (decoder != null) {
            decoder.audit(audit);
        }
        if (layer != null) {
            layer.audit(audit);
        }
    }

    /** Adds what was received since the last call to the counters. */
    void flushCounters() {
        output.flushCounters();
        if (discardedBytes > 0) {
            counters.add(PortCounter.RX_BYTES_DISCARDED, discardedBytes);
            discardedBytes = 0;
        }
        if (decoder != null) {
            decoder.flushCounters();
        }
    }
}

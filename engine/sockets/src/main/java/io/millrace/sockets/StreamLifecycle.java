package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECONNABORTED;
import static io.millrace.bindings.libc.libc_h.ECONNREFUSED;
import static io.millrace.bindings.libc.libc_h.ENOTCONN;
import static io.millrace.bindings.libc.libc_h.EPROTO;
import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;
import static io.millrace.bindings.libc.libc_h.SHUT_RD;
import static io.millrace.bindings.libc.libc_h.SHUT_RDWR;
import static io.millrace.bindings.libc.libc_h.SHUT_WR;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_LINGER;

import io.millrace.ConnectionState;
import io.millrace.bindings.ConnectionCalls;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.collections.IntArrayQueue;

/**
 * Controls the life of a TCP connection from its opening until its object is free, and tells the stages. It is the only
 * class that changes a connection's {@link StreamState}. Poller's thread only; the opening and the end of a connection
 * take system calls, its frames do not.
 *
 * <p>It uses the halves of the connections, which know nothing of it. After anything has happened to a connection, such
 * as a completion or a frame that has left the pipeline, {@link #advance} has to be called.
 *
 * <p>A connection ends at once for the stages, the queue and the counters. Its socket is closed when its last operation
 * has completed, and its object serves another connection when its last frame and event have left the pipeline, too.
 */
final class StreamLifecycle {
    /** How long a peer may take to close its side after this side has. */
    private static final long LINGER_NS = 1_000_000_000;

    private static final long LINGER_AT_STOP_NS = 100_000_000;
    private static final ConnectionState[] STATES = ConnectionState.values();

    private final int portId;
    private final StreamTable table;
    private final CycleClock clock;
    private final PortCounters counters;
    private final StreamReader reader;
    private final StreamWriter writer;
    /** Null in a port without a layer. */
    private final StreamLayer layer;

    private final MemorySegment address;
    private final MemorySegment addressLength;
    private final MemorySegment abort;
    /** Pairs of a connection's index and a state that the stages have not been told of. */
    private final IntArrayQueue events;

    private boolean stopping;

    StreamLifecycle(
            int portId,
            StreamTable table,
            CycleClock clock,
            PortCounters counters,
            StreamReader reader,
            StreamWriter writer,
            StreamLayer layer,
            Arena arena) {
        this.portId = portId;
        this.table = table;
        this.clock = clock;
        this.counters = counters;
        this.reader = reader;
        this.writer = writer;
        this.layer = layer;
        this.events = new IntArrayQueue(2 * STATES.length * table.atStart(), StreamConnection.NONE);
        this.address = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
        this.addressLength = arena.allocate(Integer.BYTES, Integer.BYTES);
        this.abort = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
        abort.set(ValueLayout.JAVA_INT, 0, 1); // l_onoff; with a linger of 0 s the close is a reset
    }

    /** Returns whether the engine is stopping. */
    boolean isStopping() {
        return stopping;
    }

    // ---- opening

    /** Opens a connection on a socket; null if there are already as many as allowed. */
    StreamConnection open(int fd) {
        StreamConnection connection = table.open(fd, clock.nowNs());
        if (connection != null) {
            announce(connection, ConnectionState.OPENED);
        }
        return connection;
    }

    /**
     * The socket is connected: bytes can flow, or the handshake can begin, unless there is nobody at the other end,
     * because the peer has already gone or the socket has connected to itself. A connect to a local port on which
     * nobody listens succeeds if the kernel happens to give the socket that very port as its own (simultaneous open,
     * RFC 9293, 3.5).
     *
     * @param isClient whether this side has connected
     * @return whether the connection can go on; if not, it has failed
     */
    boolean connected(StreamConnection connection, boolean isClient) {
        if (!ConnectionCalls.getpeername(connection.fd(), address, addressLength)) { // the peer has already gone
            failed(connection, ENOTCONN());
            return false;
        }
        SocketAddresses.read(address, 0, connection.remote);
        ConnectionCalls.getsockname(connection.fd(), address, addressLength);
        SocketAddresses.read(address, 0, connection.local);
        boolean hasAddresses = connection.local.ipVersion() != 0; // the UNIX sockets of the warm-up may have none
        if (hasAddresses && connection.local.sameAs(connection.remote)) {
            failed(connection, ECONNREFUSED());
            return false;
        }
        if (layer == null) {
            established(connection);
        } else {
            connection.handshake(layer.open(isClient));
            reader.start(connection);
            writer.wake(connection);
        }
        return true;
    }

    /** The bytes of the stages can flow, beginning with those that have waited for a connection. */
    private void established(StreamConnection connection) {
        connection.moveTo(StreamState.ESTABLISHED);
        table.established();
        announce(connection, ConnectionState.ESTABLISHED);
        if (connection.takesFrames() && writer.queues().connected(connection)) {
            writer.wake(connection);
        }
    }

    // ---- events

    private void announce(StreamConnection connection, ConnectionState state) {
        connection.announcing();
        events.addInt(connection.index);
        events.addInt(state.ordinal());
    }

    /**
     * Tells the stages of events, as far as there is room; returns how many. A connection is read once they know of it.
     */
    int publish(FrameInlet inlet) {
        int published = 0;
        while (!events.isEmpty() && inlet.room(1) > 0) {
            StreamConnection connection = table.at(events.pollInt());
            int state = events.pollInt();
            connection.announced();
            inlet.event(portId, connection.index, state);
            if (STATES[state] == ConnectionState.ESTABLISHED && !connection.isOver() && !stopping) {
                reader.start(connection);
            }
            published++;
        }
        return published;
    }

    /** Called when a frame or an event of the connection has left the pipeline. */
    void left(StreamConnection connection) {
        connection.left();
        advance(connection);
    }

    // ---- the way to the end

    /** Called after something has happened to the connection: takes its next step if it is due. */
    void advance(StreamConnection connection) {
        StreamState state = connection.state();
        if (state.isOver()) {
            release(connection);
        } else if (connection.failure() != 0) {
            resetAtClose(connection);
            end(connection, StreamState.FAILED, connection.failure());
        } else if (state == StreamState.CLOSING) {
            if (connection.inbound.hasEnded()) {
                endInOrder(connection);
            }
        } else {
            if (connection.session() != null) {
                advance(connection, connection.session());
            }
            if (connection.state() == StreamState.ESTABLISHED && connection.inbound.hasEnded()) {
                connection.moveTo(StreamState.HALF_CLOSED);
                announce(connection, ConnectionState.HALF_CLOSED);
            }
            if (!connection.isOver() && connection.hasWritten() && hasSentLast(connection)) {
                close(connection);
            }
        }
    }

    /** Takes the next step that is due because of what the session has done. */
    private void advance(StreamConnection connection, StreamLayer.Session session) {
        if (connection.state() == StreamState.HANDSHAKING) {
            if (session.isEstablished()) {
                established(connection);
                writer.wake(connection);
            } else if (connection.inbound.hasEnded()) {
                failed(connection, EPROTO());
            }
        }
        if (session.hasToSend()) {
            writer.wake(connection);
        }
    }

    /** Returns whether nothing will be queued any more. */
    private boolean hasSentLast(StreamConnection connection) {
        return connection.outbound.isSealed()
                || (stopping || connection.state() == StreamState.HALF_CLOSED) && connection.isHandled();
    }

    /**
     * Everything is written. What the peer still sends is read and discarded: if it stayed unread, the kernel would
     * reset the connection, and the peer would lose what it has not read.
     */
    private void close(StreamConnection connection) {
        if (connection.session() != null && saysGoodbye(connection)) {
            return;
        }
        if (connection.state() != StreamState.ESTABLISHED) {
            endInOrder(connection);
            return;
        }
        if (stopping && connection.inbound.hasRest()) {
            connection.endWith(ECONNABORTED());
        }
        connection.moveTo(StreamState.CLOSING);
        connection.closeBy(clock.nowNs() + (stopping ? LINGER_AT_STOP_NS : LINGER_NS));
        shutdown(connection, SHUT_WR());
        reader.readToEnd(connection);
        if (connection.inbound.hasEnded()) {
            endInOrder(connection);
        }
    }

    /** Returns whether the session has something to send before the connection closes. */
    private boolean saysGoodbye(StreamConnection connection) {
        if (connection.state().isConnected() && connection.outbound.takeLeave()) {
            connection.session().close();
            writer.wake(connection);
        }
        return !connection.hasWritten();
    }

    /**
     * Ends the connection: nothing is left to be written or read. A peer that has got all answers is not reset, however
     * the connection ended.
     */
    void endInOrder(StreamConnection connection) {
        int errno = connection.endErrno();
        end(connection, errno == 0 ? StreamState.CLOSED : StreamState.FAILED, errno);
    }

    /** Fails the connection, by an error of the kernel or a decision made here. */
    void failed(StreamConnection connection, int errno) {
        failed(connection, errno, EndedBy.TROUBLE);
    }

    private void failed(StreamConnection connection, int errno, EndedBy by) {
        connection.report(errno, by);
        advance(connection);
    }

    /** Aborts the connection for the program; what waits for it is not sent. */
    void abort(StreamConnection connection) {
        failed(connection, ECONNABORTED(), EndedBy.PROGRAM);
    }

    /**
     * Fails a connection that is not read because the target of its frames has not taken them in time, so that its peer
     * knows.
     */
    void waitedTooLong(StreamConnection connection) {
        failed(connection, ETIMEDOUT(), EndedBy.WAIT);
    }

    /** Takes no more frames for the connection, and closes it when those that wait have been written. */
    void closeWhenWritten(StreamConnection connection) {
        if (!connection.isOver()) {
            connection.outbound.seal();
            advance(connection);
        }
    }

    /** With the reset, the kernel discards what it has not delivered, and releases memory that it has not copied. */
    private void resetAtClose(StreamConnection connection) {
        ConnectionCalls.setsockopt(connection.fd(), SOL_SOCKET(), SO_LINGER(), abort);
    }

    private void end(StreamConnection connection, StreamState state, int errno) {
        if (connection.state().isConnected()) {
            table.ended();
        }
        connection.end(state, errno);
        reader.forget(connection);
        count(connection);
        announce(connection, state.shown());
        connection.outbound.resumeWaiters();
        writer.discard(connection);
        if (!connection.operations.isNone()) { // this ends the receives and sends that are under way
            boolean resets = state == StreamState.FAILED && !connection.operations.isWriting();
            // otherwise the peer would see an orderly end before the reset
            shutdown(connection, resets ? SHUT_RD() : SHUT_RDWR());
        }
        release(connection);
    }

    private void count(StreamConnection connection) {
        if (connection.endedBy() == EndedBy.WAIT) {
            counters.fault(PortCounter.WAIT_TIMED_OUT, 1, 0, connection.remote);
        }
        if (connection.state() == StreamState.CLOSED) {
            counters.add(PortCounter.CLOSED, 1);
        } else if (connection.endedBy() == EndedBy.PROGRAM) {
            counters.addWanted(PortCounter.FAILED, 1);
            counters.add(PortCounter.ABORTED, 1);
        } else if (connection.endedBy() == EndedBy.TROUBLE) {
            counters.fault(PortCounter.FAILED, 1, connection.errno(), connection.remote);
        } else {
            counters.faultToldElsewhere(PortCounter.FAILED, connection.errno(), connection.remote);
        }
        if (connection.errno() == ETIMEDOUT()) {
            counters.add(PortCounter.TIMED_OUT, 1);
        }
    }

    private void shutdown(StreamConnection connection, int how) {
        if (!ConnectionCalls.shutdown(connection.fd(), how) && connection.closeByNs() != 0) {
            connection.closeBy(clock.nowNs()); // the peer has already gone: there is nothing to wait for
        }
    }

    /** Closes the socket once no operation needs it, and frees the object once no stage does. */
    void release(StreamConnection connection) {
        if (connection.operations.isNone() && connection.fd() != StreamConnection.NO_SOCKET) {
            ConnectionCalls.close(connection.fd());
            connection.socketClosed();
        }
        if (connection.isFinished() && connection.state() != StreamState.FREE) {
            connection.moveTo(StreamState.FREE);
            table.close(connection);
        }
    }

    // ---- stopping

    /** Stops reading, and closes each connection when what is on its way has been written. */
    void stop() {
        stopping = true;
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (!connection.isOver()) {
                reader.stop(connection);
                advance(connection);
            }
        }
    }

    /**
     * Ends all connections. Peers to which not everything has been sent get a reset, since an orderly end would be
     * wrong.
     */
    void endAll() {
        stopping = true;
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (connection.isOver()) {
                continue;
            }
            if (connection.failure() == 0
                    && connection.hasWritten()
                    && connection.isHandled()
                    && !connection.inbound.hasRest()) {
                endInOrder(connection);
            } else {
                failed(connection, ECONNABORTED());
            }
        }
    }

    /** The number of operations that have not completed. */
    int underWay() {
        int underWay = 0;
        for (int i = 0; i < table.made(); i++) {
            underWay += table.at(i).operations.count();
        }
        return underWay;
    }
}

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
 * What becomes of a TCP connection, from its opening until its object is free, and who hears of it: the one that moves
 * a connection's {@link StreamState}. Poller's thread only; a connection's opening and end take system calls, its
 * frames do not.
 *
 * <p>It works by the halves of the connections, and they know nothing of it. Whoever has let something happen to a
 * connection, a completion, a frame that has left the pipeline, calls {@link #advance}.
 *
 * <p>A connection is over at once, for the stages, the queue and the counters; its socket is closed when the last
 * operation of it has completed, and its object serves another one when its last frame and event have left the
 * pipeline, too.
 */
final class StreamLifecycle {
    /** How long a peer may take to close its side when this one is done. */
    private static final long LINGER_NS = 1_000_000_000;

    private static final long LINGER_AT_STOP_NS = 100_000_000;
    private static final ConnectionState[] STATES = ConnectionState.values();

    private final int portId;
    private final StreamTable table;
    private final CycleClock clock;
    private final PortCounters counters;
    private final StreamReader reader;
    private final StreamWriter writer;
    /** Null in a port whose bytes are as they are on the wire. */
    private final StreamLayer layer;

    private final MemorySegment address;
    private final MemorySegment addressLength;
    private final MemorySegment abort;
    /** Pairs of a connection's index and a state that stages have not been told. */
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
        abort.set(ValueLayout.JAVA_INT, 0, 1); // l_onoff, and a linger of 0 s: reset
    }

    /** Whether the engine is stopping. */
    boolean isStopping() {
        return stopping;
    }

    // ---- opening

    /** A connection on that socket, or null when there are as many as allowed. */
    StreamConnection open(int fd) {
        StreamConnection connection = table.open(fd, clock.nowNs());
        if (connection != null) {
            announce(connection, ConnectionState.OPENED);
        }
        return connection;
    }

    /**
     * The socket is connected: bytes can flow, or the handshake can begin, unless there is nobody at the other end: the
     * peer has gone already, or the socket has met itself. A connect to a port of this host that nobody listens on
     * succeeds when the kernel happens to give the socket that very port as its own (simultaneous open, RFC 9293, 3.5).
     *
     * @param isClient whether it is this side that has connected
     * @return whether they can; else the connection has failed
     */
    boolean connected(StreamConnection connection, boolean isClient) {
        if (!ConnectionCalls.getpeername(connection.fd(), address, addressLength)) { // it has gone already
            failed(connection, ENOTCONN());
            return false;
        }
        SocketAddresses.read(address, 0, connection.remote);
        ConnectionCalls.getsockname(connection.fd(), address, addressLength);
        SocketAddresses.read(address, 0, connection.local);
        boolean hasAddresses = connection.local.ipVersion() != 0; // UNIX sockets, of the warm-up, need have none
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

    /** The bytes of the stages can flow, those first that have waited for a connection. */
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

    /** Tells the stages, as far as there is room; a connection is read when they know of it. Returns how many. */
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

    /** A frame or an event of the connection has left the pipeline. */
    void left(StreamConnection connection) {
        connection.left();
        advance(connection);
    }

    // ---- the way to the end

    /** Something has happened to the connection: it may be time for its next step. */
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

    /** The same for what the session has done meanwhile. */
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

    /** Whether nothing will be queued any more. */
    private boolean hasSentLast(StreamConnection connection) {
        return connection.outbound.isSealed()
                || (stopping || connection.state() == StreamState.HALF_CLOSED) && connection.isHandled();
    }

    /** All is written. What the peer still sends is thrown away: unread, it would reset what the peer has not read. */
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

    /** Whether the session has something to send before the connection closes. */
    private boolean saysGoodbye(StreamConnection connection) {
        if (connection.state().isConnected() && connection.outbound.takeLeave()) {
            connection.session().close();
            writer.wake(connection);
        }
        return !connection.hasWritten();
    }

    /** Nothing is left to be written or read. A peer that has got all answers is not reset, however it ended. */
    void endInOrder(StreamConnection connection) {
        int errno = connection.endErrno();
        end(connection, errno == 0 ? StreamState.CLOSED : StreamState.FAILED, errno);
    }

    /** The connection fails, by an error of the kernel's or a decision made here. */
    void failed(StreamConnection connection, int errno) {
        failed(connection, errno, EndedBy.TROUBLE);
    }

    private void failed(StreamConnection connection, int errno, EndedBy by) {
        connection.report(errno, by);
        advance(connection);
    }

    /** The program wants the connection to end, without what waits for it. */
    void abort(StreamConnection connection) {
        failed(connection, ECONNABORTED(), EndedBy.PROGRAM);
    }

    /** Where the connection's frames go has not taken them in time, so that it is not read: its peer has to know. */
    void waitedTooLong(StreamConnection connection) {
        failed(connection, ETIMEDOUT(), EndedBy.WAIT);
    }

    /** The connection takes no more frames, and closes when those that wait have been written. */
    void closeWhenWritten(StreamConnection connection) {
        if (!connection.isOver()) {
            connection.outbound.seal();
            advance(connection);
        }
    }

    /** What the kernel has not delivered by then is not; it lets go of memory that it has not copied. */
    private void resetAtClose(StreamConnection connection) {
        ConnectionCalls.setsockopt(connection.fd(), SOL_SOCKET(), SO_LINGER(), abort);
    }

    private void end(StreamConnection connection, StreamState state, int errno) {
        if (connection.state().isConnected()) {
            table.ended();
        }
        connection.end(state, errno);
        count(connection);
        announce(connection, state.shown());
        reader.forget(connection);
        connection.outbound.resumeWaiters();
        writer.discard(connection);
        if (!connection.operations.isNone()) { // receives and sends that are under way end by it
            boolean resets = state == StreamState.FAILED && !connection.operations.isWriting();
            shutdown(connection, resets ? SHUT_RD() : SHUT_RDWR()); // else the peer saw an end in order, then the reset
        }
        release(connection);
    }

    private void count(StreamConnection connection) {
        if (connection.endedBy() == EndedBy.WAIT) {
            counters.fault(PortCounter.WAIT_TIMED_OUT, 1, 0, connection.remote);
        }
        if (connection.state() == StreamState.CLOSED) {
            counters.add(PortCounter.CLOSED, 1);
        } else if (connection.endedBy() == EndedBy.TROUBLE) {
            counters.fault(PortCounter.FAILED, 1, connection.errno(), connection.remote);
        } else {
            counters.addWanted(PortCounter.FAILED, 1);
            counters.add(PortCounter.ABORTED, connection.endedBy() == EndedBy.PROGRAM ? 1 : 0);
        }
        if (connection.errno() == ETIMEDOUT()) {
            counters.add(PortCounter.TIMED_OUT, 1);
        }
    }

    private void shutdown(StreamConnection connection, int how) {
        if (!ConnectionCalls.shutdown(connection.fd(), how) && connection.closeByNs() != 0) {
            connection.closeBy(clock.nowNs()); // it is gone already: nothing to wait for
        }
    }

    /** Closes the socket when no operation needs it, and frees the object when no stage does. */
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

    /** Reads no more, and closes each connection when what is on its way has been written. */
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

    /** All connections are over. Peers whose bytes have not gone out get a reset: an end in order would be a lie. */
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

    /** Operations that have not completed. */
    int underWay() {
        int underWay = 0;
        for (int i = 0; i < table.made(); i++) {
            underWay += table.at(i).operations.count();
        }
        return underWay;
    }
}

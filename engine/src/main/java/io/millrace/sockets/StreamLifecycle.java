package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECONNABORTED;
import static io.millrace.bindings.libc.libc_h.ECONNREFUSED;
import static io.millrace.bindings.libc.libc_h.ENOTCONN;
import static io.millrace.bindings.libc.libc_h.ETIMEDOUT;
import static io.millrace.bindings.libc.libc_h.SHUT_RD;
import static io.millrace.bindings.libc.libc_h.SHUT_RDWR;
import static io.millrace.bindings.libc.libc_h.SHUT_WR;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_LINGER;

import io.millrace.ConnectionState;
import io.millrace.bindings.ConnectionCalls;
import io.millrace.core.counters.PortCounters;
import io.millrace.spi.EndpointView;
import io.millrace.spi.FrameInlet;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.collections.IntArrayQueue;

/**
 * What becomes of a TCP connection, from its opening until its object is free, and who hears of it. Poller's thread
 * only; a connection's opening and end take system calls, its frames do not.
 *
 * <pre>
 *   OPENED ──▶ ESTABLISHED ──▶ HALF_CLOSED ──▶ CLOSED
 *      │            │               │            ▲
 *      └────────────┴───────────────┴──▶ FAILED  │ all written, and read to the end or thrown away
 * </pre>
 *
 * A connection is over at once, for the stages, the queue and the counters; its socket is closed when the last
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
    private final SocketFrames frames;
    private final PortCounters counters;
    private final StreamTimeOuts timeOuts;
    private final MemorySegment address;
    private final MemorySegment addressLength;
    private final MemorySegment abort;
    /** Pairs of a connection's index and a state that stages have not been told. */
    private final IntArrayQueue events;

    private StreamReader reader;
    private StreamWriter writer;
    private Runnable onEnd = () -> {};
    private long nowNs = System.nanoTime();
    private boolean stopping;

    StreamLifecycle(
            int portId,
            StreamTable table,
            SocketFrames frames,
            PortCounters counters,
            StreamTimeOuts.Durations timeOuts,
            Arena arena) {
        this.portId = portId;
        this.table = table;
        this.events = new IntArrayQueue(2 * STATES.length * table.atStart(), StreamConnection.NONE);
        this.frames = frames;
        this.counters = counters;
        this.timeOuts = new StreamTimeOuts(this, table, timeOuts);
        this.address = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
        this.addressLength = arena.allocate(Integer.BYTES, Integer.BYTES);
        this.abort = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
        abort.set(ValueLayout.JAVA_INT, 0, 1); // l_onoff, and a linger of 0 s: reset
    }

    void connect(StreamReader newReader, StreamWriter newWriter) {
        this.reader = newReader;
        this.writer = newWriter;
    }

    /** What runs when a connection is over. */
    void onEnd(Runnable runnable) {
        this.onEnd = runnable;
    }

    /** The time of this duty cycle. */
    long nowNs() {
        return nowNs;
    }

    void beginCycle(long now) {
        nowNs = now;
    }

    /** Whether the engine is stopping. */
    boolean isStopping() {
        return stopping;
    }

    // ---- opening

    /** A connection on that socket, or null when there are as many as allowed. */
    StreamConnection open(int fd) {
        StreamConnection connection = table.open(fd, nowNs);
        if (connection != null) {
            announce(connection, ConnectionState.OPENED);
        }
        return connection;
    }

    /**
     * Bytes can flow, unless there is nobody at the other end: the peer has gone already, or the socket has met itself. A
     * connect to a port of this host that nobody listens on succeeds when the kernel happens to give the socket that very
     * port as its own (simultaneous open, RFC 9293, 3.5).
     *
     * @return whether they can; else the connection has failed
     */
    boolean established(StreamConnection connection) {
        if (!ConnectionCalls.getpeername(connection.fd, address, addressLength)) { // it has gone already
            failed(connection, ENOTCONN());
            return false;
        }
        SocketAddresses.read(address, 0, connection.remote);
        ConnectionCalls.getsockname(connection.fd, address, addressLength);
        SocketAddresses.read(address, 0, connection.local);
        boolean hasAddresses = connection.local.ipVersion() != 0; // UNIX sockets, of the warm-up, need have none
        if (hasAddresses && connection.local.sameAs(connection.remote)) {
            failed(connection, ECONNREFUSED());
            return false;
        }
        connection.state = ConnectionState.ESTABLISHED;
        table.established();
        announce(connection, ConnectionState.ESTABLISHED);
        return true;
    }

    /** The address that an attempt to connect goes to. */
    void opening(StreamConnection connection, EndpointView remote) {
        connection.remote.copyFrom(remote);
    }

    // ---- events

    private void announce(StreamConnection connection, ConnectionState state) {
        connection.announcing++;
        events.addInt(connection.index);
        events.addInt(state.ordinal());
    }

    /** Tells the stages, as far as there is room; a connection is read when they know of it. Returns how many. */
    int publish(FrameInlet inlet) {
        int published = 0;
        while (!events.isEmpty() && inlet.room(1) > 0) {
            StreamConnection connection = table.at(events.pollInt());
            int state = events.pollInt();
            connection.announcing--;
            connection.inFlight++;
            inlet.event(portId, connection.index, state);
            if (STATES[state] == ConnectionState.ESTABLISHED && !connection.over && !stopping) {
                reader.start(connection);
            }
            published++;
        }
        return published;
    }

    /** An event has passed the last stage. */
    void passed(int index, int state) {
        StreamConnection connection = table.at(index);
        connection.inFlight--;
        if (STATES[state] == ConnectionState.HALF_CLOSED) {
            connection.halfClosedPassed = true;
        }
        progressed(connection);
    }

    // ---- the way to the end

    /** A frame of the connection has left the inlet. */
    void left(StreamConnection connection) {
        connection.inFlight--;
        progressed(connection);
    }

    /** The peer has sent its last byte. */
    void readEnded(StreamConnection connection) {
        if (connection.readEnded || connection.over) {
            return;
        }
        connection.readEnded = true;
        if (connection.discarding) {
            endInOrder(connection);
        } else {
            connection.state = ConnectionState.HALF_CLOSED;
            announce(connection, ConnectionState.HALF_CLOSED);
        }
    }

    /** Something of the connection is done: it may be time for its next step. */
    void progressed(StreamConnection connection) {
        if (connection.over) {
            release(connection);
            return;
        }
        if (!connection.hasWritten() || connection.discarding) {
            return;
        }
        boolean answered = connection.inFlight == 0 && connection.announcing == 0;
        if (connection.lastQueued || (connection.halfClosedPassed || stopping) && answered) {
            close(connection);
        }
    }

    /** All is written. What the peer still sends is thrown away: unread, it would reset what the peer has not read. */
    private void close(StreamConnection connection) {
        if (connection.readEnded || !connection.isEstablished()) {
            endInOrder(connection);
            return;
        }
        if (stopping && reader.hasRest(connection)) {
            connection.endErrno = ECONNABORTED();
        }
        connection.discarding = true;
        connection.closeByNs = nowNs + (stopping ? LINGER_AT_STOP_NS : LINGER_NS);
        shutdown(connection, SHUT_WR());
        reader.readToEnd(connection);
    }

    /** Nothing is left to be written or read. A peer that has got all answers is not reset, however it ended. */
    void endInOrder(StreamConnection connection) {
        int errno = connection.endErrno;
        end(connection, errno == 0 ? ConnectionState.CLOSED : ConnectionState.FAILED, errno);
    }

    /** The connection fails, by an error of the kernel's or a decision made here. */
    void failed(StreamConnection connection, int errno) {
        failed(connection, errno, EndedBy.TROUBLE);
    }

    private void failed(StreamConnection connection, int errno, EndedBy by) {
        if (!connection.over) {
            connection.endedBy = by;
            resetAtClose(connection);
            end(connection, ConnectionState.FAILED, errno);
        }
    }

    /** The program wants the connection to end, without what waits for it. */
    void abort(StreamConnection connection) {
        failed(connection, ECONNABORTED(), EndedBy.PROGRAM);
    }

    /** The connection takes no more frames, and closes when those that wait have been written. */
    void closeWhenWritten(StreamConnection connection) {
        if (!connection.over) {
            connection.lastQueued = true;
            progressed(connection);
        }
    }

    /** What the kernel has not delivered by then is not; it lets go of memory that it has not copied. */
    private void resetAtClose(StreamConnection connection) {
        ConnectionCalls.setsockopt(connection.fd, SOL_SOCKET(), SO_LINGER(), abort);
    }

    private void end(StreamConnection connection, ConnectionState state, int errno) {
        if (connection.isEstablished()) {
            table.ended();
        }
        connection.over = true;
        connection.state = state;
        connection.errno = errno;
        connection.endErrno = errno;
        count(connection);
        if (errno == ETIMEDOUT()) {
            counters.add(PortCounter.TIMED_OUT, 1);
        }
        announce(connection, state);
        reader.forget(connection);
        writer.discard(connection);
        if (connection.operations > 0) { // receives and sends that are under way end by it
            boolean resets = state == ConnectionState.FAILED && !connection.writing;
            shutdown(connection, resets ? SHUT_RD() : SHUT_RDWR()); // else the peer saw an end in order, then the reset
        }
        onEnd.run();
        release(connection);
    }

    private void count(StreamConnection connection) {
        if (connection.state == ConnectionState.CLOSED) {
            counters.add(PortCounter.CLOSED, 1);
        } else if (connection.endedBy == EndedBy.TROUBLE) {
            counters.fault(PortCounter.FAILED, 1, connection.errno, connection.remote);
        } else {
            counters.addWanted(PortCounter.FAILED, 1);
            counters.add(PortCounter.ABORTED, connection.endedBy == EndedBy.PROGRAM ? 1 : 0);
        }
    }

    private void shutdown(StreamConnection connection, int how) {
        if (!ConnectionCalls.shutdown(connection.fd, how)) { // it is gone already: nothing to wait for
            connection.closeByNs = connection.closeByNs == 0 ? 0 : nowNs;
        }
    }

    /** Closes the socket when no operation needs it, and frees the object when no stage does. */
    void release(StreamConnection connection) {
        if (connection.operations == 0 && connection.fd != StreamConnection.NO_SOCKET) {
            ConnectionCalls.close(connection.fd);
            connection.fd = StreamConnection.NO_SOCKET;
        }
        if (connection.isFinished() && !connection.isListed() && !connection.isFree) {
            connection.isFree = true;
            table.close(connection);
        }
    }

    // ---- time

    /** Ends what has taken too long. Called a few times in the shortest of the time-outs. */
    void checkTimes() {
        timeOuts.check();
    }

    /** Where its frames go has not taken them in time, so that it is not read: its peer has to know. */
    void waitedTooLong(StreamConnection connection) {
        counters.fault(PortCounter.WAIT_TIMED_OUT, 1, 0, connection.remote);
        failed(connection, ETIMEDOUT(), EndedBy.WAIT);
    }

    // ---- stopping

    /** Reads no more, and closes each connection when what is on its way has been written. */
    void stop() {
        stopping = true;
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (!connection.over) {
                connection.wantsToReceive = false;
                reader.cancel(connection);
                progressed(connection);
            }
        }
    }

    /** All connections are over. Peers whose bytes have not gone out get a reset: an end in order would be a lie. */
    void endAll() {
        stopping = true;
        for (int i = 0; i < table.made(); i++) {
            StreamConnection connection = table.at(i);
            if (connection.over) {
                continue;
            }
            if (connection.hasWritten() && connection.inFlight == 0 && !reader.hasRest(connection)) {
                endInOrder(connection);
            } else {
                failed(connection, ECONNABORTED());
            }
        }
    }

    /** Operations that the kernel has not completed. */
    int underWay() {
        int underWay = 0;
        for (int i = 0; i < table.made(); i++) {
            underWay += table.at(i).operations;
        }
        return underWay;
    }
}

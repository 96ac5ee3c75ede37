package io.millrace.sockets;

import io.millrace.spi.EndpointView;

/**
 * One TCP connection: its state, its {@link InboundHalf inbound} and its {@link OutboundHalf outbound} half, and what
 * of it is under way in the ring and in the pipeline. Only the poller uses it, except for what stages may ask; the
 * poller writes that before it tells them of the connection.
 *
 * <pre>
 *              by way of HANDSHAKING, with a StreamLayer
 *   FREE ──▶ OPENING ──▶ ESTABLISHED ──────▶ HALF_CLOSED ─────┐
 *    ▲          │           │      │  peer's last byte  │      │ all answers are written
 *    │          │           │      │                    │      │
 *    │          │           │      └─▶ CLOSING ─────────┼──────┤ the peer has closed, too, or took too long
 *    │          │           │  the last frame is written│      │
 *    │          │           │            │              │      │
 *    │          └─────────┬─┴────────────┴──────────────┘      │
 *    │                    ▼ an error, a time-out, abort()      ▼
 *    └───────────────── FAILED                              CLOSED
 *    nothing is under way any more ◀───────────────────────────┘
 * </pre>
 *
 * <p>Only {@link StreamLifecycle} changes the state. The halves, and the classes that work for them, {@link #report} an
 * error where it happens. {@link StreamLifecycle#advance} is called after everything that happens to a connection, and
 * looks at the error and at how far the halves have come.
 */
final class StreamConnection {
    static final int NONE = -1;
    static final int NO_SOCKET = -1;

    final int index;
    final EndpointView remote = new EndpointView();
    final EndpointView local = new EndpointView();
    final InboundHalf inbound = new InboundHalf(this);
    final OutboundHalf outbound = new OutboundHalf();
    final Operations operations = new Operations();

    /** How many connections this object has served; the {@link StreamTable} counts them. */
    long uses;

    /**
     * The request for it in {@link EndRequests}, 0 if none, and the next object in their list; any thread may use this.
     */
    volatile long endRequest;

    StreamConnection nextRequest;

    private long id;
    private volatile StreamState state = StreamState.FREE;
    private volatile int errno;
    private int fd;
    /** The session that its bytes pass through, or null. */
    private StreamLayer.Session session;

    /** The number of its frames and events in the pipeline, and of events that had no room in it yet. */
    private int inPipeline;

    private int announcing;

    /** The first reported error, or 0, and who caused it. */
    private int failure;

    private EndedBy endedBy;
    /** An error to tell at the end, although the connection closes in order; 0 if there is none. */
    private int endErrno;
    /** The time at which a byte was last received or sent. */
    private long activeNs;
    /** The time at which to close, whatever is still missing; 0 if there is no such time. */
    private long closeByNs;

    StreamConnection(int index) {
        this.index = index;
    }

    /** Resets the object for a new connection. */
    void open(long newId, int newFd, long nowNs) {
        id = newId;
        state = StreamState.OPENING;
        errno = 0;
        remote.clear();
        local.clear();
        fd = newFd;
        session = null;
        inPipeline = 0;
        announcing = 0;
        operations.clear();
        failure = 0;
        endedBy = EndedBy.TROUBLE;
        endErrno = 0;
        activeNs = nowNs;
        closeByNs = 0;
        inbound.open();
        outbound.open(nowNs);
    }

    /** The id, which is never 0 and never that of another connection: see {@link ConnectionIds}. */
    long id() {
        return id;
    }

    /** Any thread may call this. */
    StreamState state() {
        return state;
    }

    /** Called by {@link StreamLifecycle} only. */
    void moveTo(StreamState next) {
        state = next;
    }

    /**
     * Ends the connection. The event that tells the stages of it has the errno. Called by {@link StreamLifecycle} only.
     */
    void end(StreamState next, int withErrno) {
        errno = withErrno;
        endErrno = withErrno;
        state = next;
    }

    /** The errno by which the connection failed; 0 if it has not failed. Any thread may call this. */
    int errno() {
        return errno;
    }

    boolean isOver() {
        return state.isOver();
    }

    /** The session between the socket and the stages; null if there is none. */
    StreamLayer.Session session() {
        return session;
    }

    /** The socket is connected, and the handshake begins. Called by {@link StreamLifecycle} only. */
    void handshake(StreamLayer.Session newSession) {
        session = newSession;
        state = StreamState.HANDSHAKING;
    }

    /** Returns whether a frame may be queued. */
    boolean takesFrames() {
        return state.canWrite() && !outbound.isSealed() && failure == 0;
    }

    /** Returns whether what still comes from the peer is discarded. */
    boolean isDeaf() {
        return failure != 0 || state == StreamState.CLOSING || isOver();
    }

    /** The socket, or {@link #NO_SOCKET} if it is closed. */
    int fd() {
        return fd;
    }

    void socketClosed() {
        fd = NO_SOCKET;
    }

    // ---- failures

    /** Reports an error after which the connection can't go on; the first one counts. */
    void report(int error) {
        report(error, EndedBy.TROUBLE);
    }

    void report(int error, EndedBy by) {
        if (failure == 0 && !isOver()) {
            failure = error;
            endedBy = by;
        }
    }

    /** It has ended within a message, of which people are told. */
    void endedWithinMessage() {
        if (endedBy == EndedBy.TROUBLE) {
            endedBy = EndedBy.MESSAGE;
        }
    }

    /** The reported error, or 0. */
    int failure() {
        return failure;
    }

    /** Who caused the failure. */
    EndedBy endedBy() {
        return endedBy;
    }

    /** Sets an error to tell at the end, although the connection may close in order. */
    void endWith(int error) {
        endErrno = error;
    }

    /** The error to tell at the end, or 0. */
    int endErrno() {
        return endErrno;
    }

    // ---- the pipeline

    /** Counts one more frame in the pipeline. */
    void entered() {
        inPipeline++;
    }

    /** Notes that a frame or an event has left the pipeline. */
    void left() {
        inPipeline--;
    }

    /** Counts an event that the stages have to hear of. */
    void announcing() {
        announcing++;
    }

    /** Notes that the event is in the pipeline. */
    void announced() {
        announcing--;
        inPipeline++;
    }

    /** Returns whether the stages have heard of everything and are done with it. */
    boolean isHandled() {
        return inPipeline == 0 && announcing == 0;
    }

    /** Returns whether the stages know that it is established. */
    boolean isToldEstablished() {
        return state.isConnected() && announcing == 0;
    }

    /** Returns whether the kernel has taken everything that was queued and no longer needs its memory. */
    boolean hasWritten() {
        return outbound.hasNothing()
                && outbound.unacknowledged == 0
                && !operations.isWriting()
                && (session == null || !session.hasToSend());
    }

    /** Returns whether nothing of the connection is under way any more. */
    boolean isFinished() {
        return operations.isNone() && isHandled() && outbound.unacknowledged == 0;
    }

    // ---- time

    /** Notes that a byte was received or sent. */
    void touch(long nowNs) {
        activeNs = nowNs;
    }

    long activeNs() {
        return activeNs;
    }

    void closeBy(long deadlineNs) {
        closeByNs = deadlineNs;
    }

    /** The time at which to close, whatever is still missing; 0 if there is no such time. */
    long closeByNs() {
        return closeByNs;
    }
}

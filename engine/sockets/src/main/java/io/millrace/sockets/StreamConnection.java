package io.millrace.sockets;

import io.millrace.spi.EndpointView;

/**
 * One TCP connection: its state, its {@link InboundHalf inbound} and its {@link OutboundHalf outbound} half, and what
 * of it is under way in the ring and in the pipeline. The poller's, but for what stages may ask, which it writes before
 * it tells them of the connection.
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
 * <p>Only {@link StreamLifecycle} moves the state. The halves, and those who work for them, {@link #report} an error
 * where it happens; the lifecycle looks at that, and at how far the halves have come, in
 * {@link StreamLifecycle#advance}, which follows whatever happens to a connection.
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

    /** How many connections have had this object; the {@link StreamTable} counts them. */
    long uses;

    /** What is asked for it in the {@link EndRequests}, 0 if nothing, and the next one in their list; any thread. */
    volatile long endRequest;

    StreamConnection nextRequest;

    private long id;
    private volatile StreamState state = StreamState.FREE;
    private volatile int errno;
    private int fd;
    /** What its bytes pass through, or null. */
    private StreamLayer.Session session;

    /** Frames and events that the pipeline has, and events that have found no room in it yet. */
    private int inPipeline;

    private int announcing;

    /** The first error that has been reported, 0 without, and whose doing it is. */
    private int failure;

    private EndedBy endedBy;
    /** What its end is to say, though it closes in order, if it is not all well; 0 if it is. */
    private int endErrno;
    /** When a byte last came or went. */
    private long activeNs;
    /** When to close, whatever is missing; 0 without. */
    private long closeByNs;

    StreamConnection(int index) {
        this.index = index;
    }

    /** Begins a new life. */
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

    /** Never 0, and never that of another connection: see {@link ConnectionIds}. */
    long id() {
        return id;
    }

    /** Any thread. */
    StreamState state() {
        return state;
    }

    /** For {@link StreamLifecycle}. */
    void moveTo(StreamState next) {
        state = next;
    }

    /** For {@link StreamLifecycle}: the end, of which the stages learn the errno by the event that tells them. */
    void end(StreamState next, int withErrno) {
        errno = withErrno;
        endErrno = withErrno;
        state = next;
    }

    /** Why it failed; 0 if it has not. Any thread. */
    int errno() {
        return errno;
    }

    boolean isOver() {
        return state.isOver();
    }

    /** What its bytes pass through between the socket and the stages; null if nothing. */
    StreamLayer.Session session() {
        return session;
    }

    /** For {@link StreamLifecycle}: the socket is connected, and the handshake begins. */
    void handshake(StreamLayer.Session newSession) {
        session = newSession;
        state = StreamState.HANDSHAKING;
    }

    /** Whether a frame may be queued. */
    boolean takesFrames() {
        return state.canWrite() && !outbound.isSealed() && failure == 0;
    }

    /** Whether what still comes from the peer is thrown away. */
    boolean isDeaf() {
        return failure != 0 || state == StreamState.CLOSING || isOver();
    }

    /** The socket, or {@link #NO_SOCKET} when it is closed. */
    int fd() {
        return fd;
    }

    void socketClosed() {
        fd = NO_SOCKET;
    }

    // ---- failures

    /** An error after which the connection can't go on; the first one that is reported counts. */
    void report(int error) {
        report(error, EndedBy.TROUBLE);
    }

    void report(int error, EndedBy by) {
        if (failure == 0 && !isOver()) {
            failure = error;
            endedBy = by;
        }
    }

    /** The error that has been reported, or 0. */
    int failure() {
        return failure;
    }

    /** Whose doing the failure is. */
    EndedBy endedBy() {
        return endedBy;
    }

    /** It may close in order, but its end is to tell this. */
    void endWith(int error) {
        endErrno = error;
    }

    /** What its end has to tell, or 0. */
    int endErrno() {
        return endErrno;
    }

    // ---- the pipeline

    /** The pipeline has one more frame of it. */
    void entered() {
        inPipeline++;
    }

    /** A frame or an event has left the pipeline. */
    void left() {
        inPipeline--;
    }

    /** The stages are to hear of something. */
    void announcing() {
        announcing++;
    }

    /** The pipeline has the event. */
    void announced() {
        announcing--;
        inPipeline++;
    }

    /** Whether the stages have heard everything, and done with it. */
    boolean isHandled() {
        return inPipeline == 0 && announcing == 0;
    }

    /** Whether the stages know that it is established. */
    boolean isToldEstablished() {
        return state.isConnected() && announcing == 0;
    }

    /** Whether the kernel has taken all that was queued, and needs none of it any more. */
    boolean hasWritten() {
        return outbound.hasNothing()
                && outbound.unacknowledged == 0
                && !operations.isWriting()
                && (session == null || !session.hasToSend());
    }

    /** Whether nobody has anything of it any more. */
    boolean isFinished() {
        return operations.isNone() && isHandled() && outbound.unacknowledged == 0;
    }

    // ---- time

    /** A byte has come or gone. */
    void touch(long nowNs) {
        activeNs = nowNs;
    }

    long activeNs() {
        return activeNs;
    }

    void closeBy(long deadlineNs) {
        closeByNs = deadlineNs;
    }

    /** When to close, whatever is missing; 0 without. */
    long closeByNs() {
        return closeByNs;
    }
}

package io.millrace.sockets;

import io.millrace.ConnectionState;
import io.millrace.spi.EndpointView;

/**
 * One TCP connection. The poller's, but for what stages may ask, which it writes before it tells them of the
 * connection.
 * The object serves another connection when the last frame and the last operation of this one are over.
 */
final class StreamConnection {
    static final int NONE = -1;
    static final int NO_SOCKET = -1;

    final int index;
    final EndpointView remote = new EndpointView();
    final EndpointView local = new EndpointView();
    /** How many connections have had this object. */
    long uses;

    private long id;

    volatile ConnectionState state;
    volatile boolean full;
    volatile int errno;

    /** What is asked for it in the {@link EndRequests}, 0 if nothing, and the next one in their list; any thread. */
    volatile long endRequest;

    StreamConnection nextRequest;

    int fd;
    /** Frames and events in the inlet. */
    int inFlight;
    /** Events that have found no room in the pipeline yet. */
    int announcing;
    /** Operations that the kernel has not completed. */
    int operations;

    /** Whether a receive is under way, and whether one should be. */
    boolean receiving;

    boolean wantsToReceive;
    boolean inArmList;
    /** Whether a receive that is under way has been cancelled. */
    boolean pausing;
    /** The peer has sent its last byte, and the stages have heard of it. */
    boolean readEnded;

    boolean halfClosedPassed;
    /** What still comes is thrown away: the other side has been told that nothing goes out any more. */
    boolean discarding;

    /** A write is under way, and in which block, if it has one. */
    boolean writing;

    boolean inWriteList;
    int writeBlock;
    /** No frame is taken any more; closes when the last one is out. */
    boolean lastQueued;
    /** Nothing comes or goes any more; the stages have been, or will be, told. */
    boolean over;

    boolean isFree;

    /** The first and the last of what waits to be written, in the {@link WriteQueue}. */
    int head;

    int tail;
    int queuedFrames;
    long queuedBytes;
    /** Buffers that those are in: neighbours in the queue that share one count once. */
    int queuedBuffers;
    /** Sends without a copy whose memory the kernel still needs. */
    int unacknowledged;

    /** A frame that more copies of other ports' bytes go into, which the connection holds for that; how full it is. */
    long copies;

    int copiedBytes;

    /** A message that has not come whole, in a frame of its own. */
    long partial;

    int partialLength;
    /** What has been received and waits to be cut, in the {@link ChunkList}. */
    int firstChunk;

    int lastChunk;
    boolean inWaitList;
    /** The stream has ended behind that. */
    boolean endsLater;

    long activeNs;
    long writeStartNs;
    /** What its end is to say, though it closes in order, if it is not all well; 0 if it is. */
    int endErrno;
    /** Who has ended it, if it has failed. */
    EndedBy endedBy;
    /** When to close, whatever is missing; 0 without. */
    long closeByNs;

    /** Connections of any port that are not read until this one has room. */
    StreamConnection firstWaiter;

    StreamConnection nextWaiter;
    /** The one that it waits for itself, since when, and who is to read it then. */
    StreamConnection waitsFor;

    long waitsSinceNs;
    StreamReader reader;

    /** The ends of the pipe that a file goes through, or {@link #NO_SOCKET}, and what is in it. */
    int pipeRead;

    int pipeWrite;
    int inPipe;

    StreamConnection(int index) {
        this.index = index;
    }

    /** Begins a new life. */
    void open(long newId, int newFd, long nowNs) {
        id = newId;
        state = ConnectionState.OPENED;
        full = false;
        errno = 0;
        remote.clear();
        local.clear();
        fd = newFd;
        inFlight = 0;
        announcing = 0;
        operations = 0;
        receiving = false;
        wantsToReceive = false;
        inArmList = false;
        pausing = false;
        readEnded = false;
        halfClosedPassed = false;
        discarding = false;
        writing = false;
        inWriteList = false;
        writeBlock = NONE;
        lastQueued = false;
        over = false;
        isFree = false;
        head = NONE;
        tail = NONE;
        queuedFrames = 0;
        queuedBytes = 0;
        queuedBuffers = 0;
        unacknowledged = 0;
        copies = NONE;
        copiedBytes = 0;
        partial = NONE;
        partialLength = 0;
        firstChunk = NONE;
        lastChunk = NONE;
        inWaitList = false;
        endsLater = false;
        activeNs = nowNs;
        writeStartNs = nowNs;
        closeByNs = 0;
        endErrno = 0;
        endedBy = EndedBy.TROUBLE;
        firstWaiter = null;
        nextWaiter = null;
        waitsFor = null;
        pipeRead = NO_SOCKET;
        pipeWrite = NO_SOCKET;
        inPipe = 0;
    }

    /** Never 0, and never that of another connection: see {@link ConnectionIds}. */
    long id() {
        return id;
    }

    boolean isEstablished() {
        return state == ConnectionState.ESTABLISHED || state == ConnectionState.HALF_CLOSED;
    }

    /** Whether a frame may be queued. */
    boolean takesFrames() {
        return isEstablished() && !over && !lastQueued && !discarding;
    }

    /** Whether a list holds its index. */
    boolean isListed() {
        return inArmList || inWriteList || inWaitList;
    }

    /** Whether the kernel has taken all that was queued, and needs none of it any more. */
    boolean hasWritten() {
        return !writing && head == NONE && unacknowledged == 0;
    }

    /** Whether the object is free for another connection. */
    boolean isFinished() {
        return over && operations == 0 && inFlight == 0 && announcing == 0 && unacknowledged == 0;
    }
}

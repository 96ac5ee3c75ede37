package io.millrace.sockets;

/**
 * The sending half of a TCP connection: the head of its {@link WriteQueue}, the sends without a copy whose memory the
 * kernel still needs, a file's pipe, and the connections that are not read until there is room. {@link StreamWriter},
 * {@link WriteQueue} and {@link FileTransfers} write the fields; other classes use the methods. Poller's thread only,
 * except {@link #isFull}.
 *
 * <p>A port that connects has one more of these objects, without a connection, for what waits for the next connection.
 */
final class OutboundHalf extends WriteQueue.Backlog {
    /** What waits for the connection's {@link StreamLayer.Session}; empty without one. */
    final WriteQueue.Backlog plaintext = new WriteQueue.Backlog();
    /** The number of sends without a copy whose memory the kernel still needs. */
    int unacknowledged;
    /** The block that describes the send under way, or {@link StreamConnection#NONE}. */
    int block;
    /**
     * Whether this object is in the writer's list of connections to be written to. It stays there even if it serves
     * another connection by then.
     */
    boolean isListed;

    /**
     * A frame into which other ports' bytes are copied and which the connection keeps for more of them, and how full it
     * is.
     */
    long copies;

    int copiedBytes;

    /** The time since when the first waiting byte waits. */
    long writeStartNs;

    /**
     * The ends of the pipe that a file goes through, or {@link StreamConnection#NO_SOCKET}, and the number of bytes in
     * it.
     */
    int pipeRead;

    int pipeWrite;
    int inPipe;

    /** Whether nothing more may be queued. */
    private boolean isSealed;
    /** Whether the session has been told to close. */
    private boolean hasTakenLeave;

    private volatile boolean isFull;
    private InboundHalf firstWaiter;

    OutboundHalf() {
        open(0);
    }

    /** Resets the object for a new connection. Its places in lists stay. */
    void open(long nowNs) {
        clear();
        plaintext.clear();
        unacknowledged = 0;
        block = StreamConnection.NONE;
        copies = StreamConnection.NONE;
        copiedBytes = 0;
        writeStartNs = nowNs;
        pipeRead = StreamConnection.NO_SOCKET;
        pipeWrite = StreamConnection.NO_SOCKET;
        inPipe = 0;
        isSealed = false;
        hasTakenLeave = false;
        isFull = false;
        firstWaiter = null;
    }

    /** Returns whether nothing waits, neither for the session, if there is one, nor for the socket. */
    boolean hasNothing() {
        return isEmpty() && plaintext.isEmpty();
    }

    /** The number of waiting bytes. */
    long bytes() {
        return queuedBytes + plaintext.queuedBytes;
    }

    /** Returns whether so much waits that senders should wait, too. Any thread may call this. */
    boolean isFull() {
        return isFull;
    }

    void setFull(boolean full) {
        isFull = full;
    }

    /** Returns whether no frame is taken any more, because the connection closes when everything has been sent. */
    boolean isSealed() {
        return isSealed;
    }

    void seal() {
        isSealed = true;
    }

    void unseal() {
        isSealed = false;
    }

    /** Seals the queue, so that the session can be closed; returns whether this is the first call. */
    boolean takeLeave() {
        boolean isFirst = !hasTakenLeave;
        hasTakenLeave = true;
        isSealed = true;
        return isFirst;
    }

    /** How many buffers wait, in the queue or in the kernel. */
    int heldBuffers() {
        return queuedBuffers + plaintext.queuedBuffers + unacknowledged;
    }

    void add(InboundHalf waiter) {
        waiter.nextWaiter = firstWaiter;
        firstWaiter = waiter;
    }

    void remove(InboundHalf waiter) {
        if (firstWaiter == waiter) {
            firstWaiter = waiter.nextWaiter;
        } else {
            InboundHalf before = firstWaiter;
            while (before.nextWaiter != waiter) {
                before = before.nextWaiter;
            }
            before.nextWaiter = waiter.nextWaiter;
        }
        waiter.nextWaiter = null;
    }

    /** There is room again, or there never will be: the waiting connections are read again, each by its own port. */
    void resumeWaiters() {
        InboundHalf waiter = firstWaiter;
        firstWaiter = null;
        while (waiter != null) {
            InboundHalf next = waiter.nextWaiter;
            waiter.resume();
            waiter = next;
        }
    }

    /** Moves the waiters to another connection, which has no waiters of its own. */
    void moveWaiters(OutboundHalf to) {
        to.firstWaiter = firstWaiter;
        firstWaiter = null;
        for (InboundHalf waiter = to.firstWaiter; waiter != null; waiter = waiter.nextWaiter) {
            waiter.waitsNowFor(to);
        }
    }

    /** What the waiters wait for will not exist: their streams have lost bytes, so they end. */
    void failWaiters(int errno) {
        while (firstWaiter != null) {
            InboundHalf waiter = firstWaiter;
            waiter.stopWaiting();
            waiter.connection.report(errno, EndedBy.WAIT);
        }
    }
}

package io.millrace.sockets;

/**
 * What a TCP connection has to write, and who waits for that: the head of its {@link WriteQueue}, the sends without a
 * copy whose memory the kernel still needs, a file's pipe, and the connections that are not read until there is room.
 * {@link StreamWriter}, {@link WriteQueue} and {@link FileTransfers} write the fields; others ask the methods. Poller's
 * thread only, but for {@link #isFull}.
 *
 * <p>A port that connects has one more of it, without a connection: what waits for the next connection that is made.
 */
final class OutboundHalf extends WriteQueue.Backlog {
    /** What waits for the connection's {@link StreamLayer.Session}; empty without one. */
    final WriteQueue.Backlog plaintext = new WriteQueue.Backlog();
    /** Sends without a copy whose memory the kernel still needs. */
    int unacknowledged;
    /** The block that the send under way is described by, or {@link StreamConnection#NONE}. */
    int block;
    /**
     * Whether the writer's list of connections to be written to holds this one, whichever connection that is by then.
     */
    boolean isListed;

    /** A frame that copies of other ports' bytes go into, which the connection holds for more of them, and how full. */
    long copies;

    int copiedBytes;

    /** When the first byte that waits began to. */
    long writeStartNs;

    /** The ends of the pipe that a file goes through, or {@link StreamConnection#NO_SOCKET}, and bytes in it. */
    int pipeRead;

    int pipeWrite;
    int inPipe;

    /** Whether nothing more is queued behind what is. */
    private boolean isSealed;
    /** Whether the session has been told to say goodbye. */
    private boolean hasTakenLeave;

    private volatile boolean isFull;
    private InboundHalf firstWaiter;

    OutboundHalf() {
        open(0);
    }

    /** Begins a new life. What lists hold of the object stays. */
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

    /** Whether nothing waits for the session, if there is one, nor for the socket. */
    boolean hasNothing() {
        return isEmpty() && plaintext.isEmpty();
    }

    /** Bytes that wait. */
    long bytes() {
        return queuedBytes + plaintext.queuedBytes;
    }

    /** Whether so much waits that senders do well to wait, too. Any thread. */
    boolean isFull() {
        return isFull;
    }

    void setFull(boolean full) {
        isFull = full;
    }

    /** Whether no frame is taken any more: the connection closes when all is out. */
    boolean isSealed() {
        return isSealed;
    }

    void seal() {
        isSealed = true;
    }

    void unseal() {
        isSealed = false;
    }

    /** Seals it, so that the session can say goodbye; returns whether this is the first time. */
    boolean takeLeave() {
        boolean isFirst = !hasTakenLeave;
        hasTakenLeave = true;
        isSealed = true;
        return isFirst;
    }

    /** How many buffers wait, in the queue or with the kernel. */
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

    /** There is room again, or never will be: those that wait are read again, each by its own port. */
    void resumeWaiters() {
        InboundHalf waiter = firstWaiter;
        firstWaiter = null;
        while (waiter != null) {
            InboundHalf next = waiter.nextWaiter;
            waiter.resume();
            waiter = next;
        }
    }

    /** What they wait for is another connection from here on; that one has no waiters of its own. */
    void moveWaiters(OutboundHalf to) {
        to.firstWaiter = firstWaiter;
        firstWaiter = null;
        for (InboundHalf waiter = to.firstWaiter; waiter != null; waiter = waiter.nextWaiter) {
            waiter.waitsNowFor(to);
        }
    }

    /** What they wait for does not come about: their streams have lost bytes, and end. */
    void failWaiters(int errno) {
        while (firstWaiter != null) {
            InboundHalf waiter = firstWaiter;
            waiter.stopWaiting();
            waiter.connection.report(errno, EndedBy.WAIT);
        }
    }
}

package io.millrace.sockets;

/**
 * What a TCP connection receives: whether it is being read, what has been received and waits to be decoded, and what it
 * waits for itself. {@link StreamReader} and, where streams are decoded, {@link StreamDecoder} write the fields; others
 * ask the methods. Poller's thread only.
 */
final class InboundHalf {
    final StreamConnection connection;

    /** How far the peer's stream has come. */
    Reading reading;
    /** Whether the receive that is under way has been cancelled. */
    boolean isCancelled;
    /** Whether the reader's list of connections to be read holds this one, whichever connection that is by then. */
    boolean isListed;

    /** A message that has not come whole, in a frame of its own, or {@link StreamConnection#NONE}. */
    long partial;
    /** Bytes of it. */
    int partialLength;
    /** What has been received and waits to be decoded. */
    final ChunkList.Chunks undecoded = new ChunkList.Chunks();
    /** What has been received and waits for the connection's {@link StreamLayer.Session}; empty without one. */
    final ChunkList.Chunks ciphertext = new ChunkList.Chunks();
    /** Whether that, or plaintext that the session has, waits for room. */
    boolean isBehind;
    /**
     * Whether the reader's list of connections that wait for room holds this one, whichever connection that is by then.
     */
    boolean isWaiting;

    /** Where its frames go, as long as that has no room; else null. */
    private OutboundHalf waitsFor;

    private long waitsSinceNs;
    /** Who reads this connection when there is room again: of its own port. */
    private StreamReader reader;
    /** The next one that waits for the same. */
    InboundHalf nextWaiter;

    /** How far the peer's stream has come. */
    enum Reading {
        /** Nothing is to be received: the stages do not know of the connection yet, or the engine stops. */
        OFF,
        /** What comes is received, unless there is no room for it at the moment. */
        ON,
        /** The peer's last byte has been received, but the stages have not all of it yet. */
        ENDING,
        /** The stages have, or will be given, all that there was. */
        ENDED
    }

    InboundHalf(StreamConnection connection) {
        this.connection = connection;
        open();
    }

    /** Begins a new life. What lists hold of the object stays. */
    void open() {
        reading = Reading.OFF;
        isCancelled = false;
        partial = StreamConnection.NONE;
        partialLength = 0;
        undecoded.clear();
        ciphertext.clear();
        isBehind = false;
        waitsFor = null;
        nextWaiter = null;
    }

    /** Whether the stages have, or will be given, all that the peer has sent, and it sends no more. */
    boolean hasEnded() {
        return reading == Reading.ENDED;
    }

    /** Whether bytes have been received that have come into no frame of the stages yet. */
    boolean hasRest() {
        return partial != StreamConnection.NONE || isHeldBack();
    }

    /** Whether something that has been received waits for a frame, or for room in the pipeline. */
    boolean isHeldBack() {
        return !undecoded.isEmpty() || isBehind;
    }

    /** Whether it is not read for want of room, here or where its frames go. */
    boolean isPaused() {
        return waitsFor != null || isHeldBack();
    }

    /** Where its frames go, if that has no room, or null. */
    OutboundHalf waitsFor() {
        return waitsFor;
    }

    /** Since when. */
    long waitsSinceNs() {
        return waitsSinceNs;
    }

    /** Waits until {@link OutboundHalf#takeWaiters} of the target, which may be another port's. */
    void waitFor(OutboundHalf target, StreamReader itsReader, long nowNs) {
        reader = itsReader;
        waitsFor = target;
        waitsSinceNs = nowNs;
        target.add(this);
    }

    /** The target is another one from here on. */
    void waitsNowFor(OutboundHalf target) {
        waitsFor = target;
    }

    void stopWaiting() {
        if (waitsFor != null) {
            waitsFor.remove(this);
            waitsFor = null;
        }
    }

    /** The target has let go of it. */
    void resume() {
        nextWaiter = null;
        waitsFor = null;
        reader.resumed(connection);
    }
}

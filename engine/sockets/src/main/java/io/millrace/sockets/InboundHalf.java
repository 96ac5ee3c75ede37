package io.millrace.sockets;

/**
 * The receiving half of a TCP connection: whether it is being read, what has been received and waits to be decoded, and
 * what the connection itself waits for. {@link StreamReader} and, if streams are decoded, {@link StreamDecoder} write
 * the fields; other classes use the methods. Only the poller's thread may use this.
 */
final class InboundHalf {
    final StreamConnection connection;

    /** How far the peer's stream has come. */
    Reading reading;
    /** Whether the receive that is under way has been cancelled. */
    boolean isCancelled;
    /**
     * Whether this object is in the reader's list of connections to be read. It stays there even if it serves another
     * connection by then.
     */
    boolean isListed;

    /** The address of an incomplete message in a frame of its own, or {@link StreamConnection#NONE}. */
    long partial;
    /** The length of the incomplete message so far. */
    int partialLength;
    /** What has been received and waits to be decoded. */
    final ChunkList.Chunks undecoded = new ChunkList.Chunks();
    /** What has been received and waits for the connection's {@link StreamLayer.Session}; empty without one. */
    final ChunkList.Chunks ciphertext = new ChunkList.Chunks();
    /** Whether this ciphertext, or plaintext that the session has, waits for room. */
    boolean isBehind;
    /**
     * Whether this object is in the reader's list of connections that wait for room. It stays there even if it serves
     * another connection by then.
     */
    boolean isWaiting;

    /** The target of its frames while that has no room; otherwise null. */
    private OutboundHalf waitsFor;

    private long waitsSinceNs;
    /** The reader, of the connection's own port, that reads it again when there is room. */
    private StreamReader reader;
    /** The next connection that waits for the same target. */
    InboundHalf nextWaiter;

    /** How far the peer's stream has come. */
    enum Reading {
        /** Nothing is received: the stages do not know of the connection yet, or the engine stops. */
        OFF,
        /** Bytes are received, unless there is no room for them at the moment. */
        ON,
        /** The peer's last byte has been received, but the stages do not have everything yet. */
        ENDING,
        /** The stages have, or will be given, everything that was received. */
        ENDED
    }

    InboundHalf(StreamConnection connection) {
        this.connection = connection;
        open();
    }

    /** Resets the object for a new connection. Its places in lists stay. */
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

    /** Returns whether the peer sends no more, and the stages have, or will be given, everything that it sent. */
    boolean hasEnded() {
        return reading == Reading.ENDED;
    }

    /** Returns whether bytes have been received that are not in a frame for the stages yet. */
    boolean hasRest() {
        return partial != StreamConnection.NONE || isHeldBack();
    }

    /** Returns whether received bytes wait for a frame or for room in the pipeline. */
    boolean isHeldBack() {
        return !undecoded.isEmpty() || isBehind;
    }

    /** Returns whether the connection is not read because there is no room, here or at the target of its frames. */
    boolean isPaused() {
        return waitsFor != null || isHeldBack();
    }

    /** The target of its frames if that has no room; otherwise null. */
    OutboundHalf waitsFor() {
        return waitsFor;
    }

    /** The time since when it waits. */
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

    /** Changes the target that the connection waits for. */
    void waitsNowFor(OutboundHalf target) {
        waitsFor = target;
    }

    void stopWaiting() {
        if (waitsFor != null) {
            waitsFor.remove(this);
            waitsFor = null;
        }
    }

    /** The target no longer holds it up. */
    void resume() {
        nextWaiter = null;
        waitsFor = null;
        reader.resumed(connection);
    }
}

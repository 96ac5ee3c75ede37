package io.millrace.sockets;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameInlet;

/**
 * The connections of a TCP port, and what is done for them in a duty cycle. Everything that happens to a connection
 * passes through here: the half that it concerns does its part, then the {@link StreamLifecycle} checks whether the
 * connection's next step is due. Arrows point to what a class calls; no arrow leads back.
 *
 * <pre>
 *   TcpPort ──▶ Acceptor | Connector
 *      │               │
 *      ▼               ▼
 *   Streams ──▶ StreamLifecycle ──▶ StreamWriter ──▶ OutboundQueues, ZeroCopyHolds, FileTransfers
 *                      │                 │ of a connection that has room again: whoever waits for it
 *                      ▼                 ▼
 *                 StreamReader ──▶ LayerReader, if any ──▶ StreamDecoder, if any ──▶ StreamOutput
 * </pre>
 *
 * <p>Poller's thread only.
 */
final class Streams {
    private final SocketFrames frames;
    private final StreamTable table;
    private final CycleClock clock;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final OutboundQueues queues;
    private final StreamLifecycle lifecycle;
    private final StreamTimeOuts timeOuts;
    private final EndRequests endRequests;
    private final boolean hasLayer;

    /** @param hasLayer whether bytes pass through a {@link StreamLayer} */
    Streams(
            SocketFrames frames,
            StreamTable table,
            CycleClock clock,
            StreamReader reader,
            StreamWriter writer,
            StreamLifecycle lifecycle,
            StreamTimeOuts timeOuts,
            boolean hasLayer) {
        this.frames = frames;
        this.table = table;
        this.clock = clock;
        this.reader = reader;
        this.writer = writer;
        this.queues = writer.queues();
        this.lifecycle = lifecycle;
        this.timeOuts = timeOuts;
        this.hasLayer = hasLayer;
        this.endRequests = new EndRequests(table);
    }

    SocketFrames frames() {
        return frames;
    }

    StreamTable table() {
        return table;
    }

    /** What waits to be written. */
    OutboundQueues queues() {
        return queues;
    }

    /** How many frames wait to be written or are kept for sends without a copy. */
    int waiting() {
        return writer.waiting();
    }

    StreamLifecycle lifecycle() {
        return lifecycle;
    }

    /** The requests of other threads and of stages to end connections. */
    EndRequests endRequests() {
        return endRequests;
    }

    /**
     * Returns whether a frame can leave by these connections. A file can't if there is a layer, since the kernel sends
     * files as they are.
     */
    boolean suits(FrameDescriptor frame) {
        return !hasLayer || frame.file() == null;
    }

    boolean cutsMessages() {
        return reader.cutsMessages();
    }

    // ---- from the ring to the pipeline

    /**
     * Tells the stages of connections, and continues with streams that waited for a frame; returns how much was done.
     */
    int receive(FrameInlet inlet) {
        int done = lifecycle.publish(inlet);
        for (int left = reader.waiting(); left > 0; left--) {
            StreamConnection connection = reader.nextWaiting();
            done += reader.goOn(connection, inlet);
            lifecycle.advance(connection);
        }
        if (done > 0) {
            inlet.end();
        }
        return done;
    }

    /**
     * Handles the completion of a connection's operation.
     *
     * @param index the index of the connection, or, for a send without a copy, of the hold on its memory
     * @return false if the pipeline had no room for something
     */
    boolean onCompletion(StreamOperation operation, int index, int result, int flags, FrameInlet inlet) {
        boolean done = true;
        StreamConnection connection;
        if (operation == StreamOperation.RECEIVE) {
            connection = table.at(index);
            done = reader.onCompletion(connection, result, flags, inlet);
        } else if (operation == StreamOperation.SEND) {
            connection = table.at(index);
            writer.onCompletion(connection, operation, result);
        } else if (operation == StreamOperation.SEND_ZERO_COPY) {
            connection = writer.onZeroCopy(index, result, flags);
        } else {
            connection = table.at(index);
            writer.onFile(connection, operation, result);
        }
        lifecycle.advance(connection);
        return done;
    }

    /** Hands on what was left; returns false if something is still left. */
    boolean resume(FrameInlet inlet) {
        StreamConnection connection = reader.left();
        boolean done = reader.resume(inlet);
        lifecycle.advance(connection);
        return done;
    }

    // ---- from the pipeline to the ring

    /**
     * Queues a frame, and stops reading the connection that it came by if too much is queued then.
     *
     * @param home   the streams that the frame came by: these or another port's
     * @param source the connection that it came by, of that port
     */
    void queue(StreamConnection target, Streams home, FrameDescriptor frame, StreamConnection source) {
        SocketFrames memory = home == this ? null : home.frames;
        queues.add(target, memory, frame.address(), frame.length(), frame.file(), frame.isLast());
        queued(target, frame);
        waitIfFull(target, home, source);
    }

    /** Stops reading a connection of {@code home} if the one that its frames go to has too much to write. */
    void waitIfFull(StreamConnection target, Streams home, StreamConnection source) {
        if (target.outbound.isFull()) {
            home.reader.waitFor(source, target.outbound);
        }
    }

    /** Queues a copy of a frame's bytes. The caller's hold on the copy passes to this object. */
    void queueCopy(StreamConnection target, long copy, int length, FrameDescriptor frame) {
        queues.add(target, null, copy, length, frame.file(), frame.isLast());
        queued(target, frame);
    }

    private void queued(StreamConnection target, FrameDescriptor frame) {
        writer.wake(target);
        if (frame.isLast()) { // the frame may be empty, and then nothing else tells that everything is written
            lifecycle.advance(target);
        }
    }

    /**
     * Queues a frame of another port for the next connection that is made; the connection that it came by waits for
     * that one.
     */
    void queueUnconnected(Streams home, FrameDescriptor frame, StreamConnection source) {
        queues.addUnconnected(home.frames, frame.address(), frame.length(), frame.file(), frame.isLast());
        home.reader.waitFor(source, queues.unconnected());
    }

    /** Called when a frame of the connection has left the pipeline. */
    void left(int connection) {
        lifecycle.left(table.at(connection));
    }

    // ---- the duty cycle

    void beginCycle(long nowNs) {
        clock.set(nowNs);
    }

    /** Ends the connections for which there are requests. */
    void handleRequests() {
        endRequests.handle(lifecycle);
    }

    /** Ends connections that take too long. */
    void checkTimes() {
        timeOuts.check();
    }

    /** Starts the receives and sends that are due. */
    void flush() {
        reader.flushCounters();
        frames.refill();
        reader.arm();
        writer.flush();
        queues.flushCounters();
    }

    /** Returns whether no connection is open, and nothing waits for the next one. */
    boolean areDone() {
        return table.open() == 0 && queues.unconnected().isEmpty();
    }

    /** Gives up what can't be sent or closed in time. */
    void giveUp() {
        queues.giveUpUnconnected();
        if (table.open() > 0) {
            lifecycle.endAll();
        }
    }

    /** From now on, what still comes is given up; ends all connections. */
    void quiesce() {
        reader.quiesce();
        queues.giveUpUnconnected();
        lifecycle.endAll();
        flushCounters();
    }

    /** The number of operations that the kernel has not completed, including notifications. */
    int underWay() {
        return lifecycle.underWay() + writer.notifications();
    }

    /** Cold. */
    void flushCounters() {
        reader.flushCounters();
        queues.flushCounters();
    }

    /** Reports the port's frames that connections have. Cold. */
    void audit(FrameAudit audit) {
        reader.audit(audit);
        writer.audit(audit);
        queues.audit(audit);
    }

    /** Reports another port's frames that connections of this one have. Cold. */
    void auditHeld(Streams home, FrameAudit audit) {
        queues.audit(home.frames, audit);
    }
}

package io.millrace.sockets;

import io.millrace.ConnectionControl;
import io.millrace.ring.FrameAudit;
import io.millrace.spi.Clocked;
import io.millrace.spi.ConnectionHost;
import io.millrace.spi.ForeignFrameHolder;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameSource;
import io.millrace.spi.Port;
import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * A port of type {@code tcp}: the connections of one listening address, or the one connection to an address. A frame is
 * a piece of a stream, or a message.
 */
final class TcpPort extends SocketPort implements FrameSource, ForeignFrameHolder, ConnectionHost, Clocked {
    private final StreamReport report;
    private final Streams streams;
    private final Establisher establisher;
    private final StreamZone zone;
    private final Ticker ticker;
    private final PortCounters counters;
    private final Runnable closeListener;
    private volatile boolean running;
    private volatile boolean stopRequested;
    private volatile boolean giveUpRequested;
    private boolean stopping;

    /**
     * The address of a port.
     *
     * @param text    its address, or that of the peer, as text
     * @param address the address that it accepts at; null if it connects
     */
    record Place(String text, InetSocketAddress address) {}

    /**
     * @param place         the address of the port
     * @param closeListener closes the socket that listens, if there is one
     * @param links         the interfaces of its addresses' zones
     */
    TcpPort(
            int id,
            String name,
            Place place,
            Streams streams,
            Establisher establisher,
            StreamZone zone,
            Ticker ticker,
            PortCounters counters,
            Runnable closeListener,
            SocketLinks links) {
        super(id, name, place.address(), streams.frames(), counters, links);
        this.streams = streams;
        this.establisher = establisher;
        this.zone = zone;
        this.ticker = ticker;
        this.counters = counters;
        this.closeListener = closeListener;
        this.report = new StreamReport(name, place.text(), counters, streams.table(), establisher, links);
    }

    @Override
    public FrameMetadata newMetadata() {
        return new StreamMetadata(streams);
    }

    @Override
    public String advice(PortFault fault, int errno) {
        return report.advice(fault, errno);
    }

    @Override
    public void beginCycle(long nowNs) {
        streams.beginCycle(nowNs);
    }

    @Override
    public boolean holdsUntilReturn() {
        return false;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    /** {@inheritDoc} Frames come as completions of the shared ring; this hands in the events. */
    @Override
    public int receive(FrameInlet inlet) {
        return streams.receive(inlet);
    }

    @Override
    public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
        StreamOperation operation = StreamOperation.of(userData);
        int index = UserData.index(userData);
        switch (operation) {
            case ACCEPT, CONNECT, CONNECT_TIMEOUT -> establisher.onCompletion(operation, index, result, flags);
            case TICK -> {
                ticker.onCompletion();
                streams.checkTimes();
            }
            default -> {
                return streams.onCompletion(operation, index, result, flags, inlet);
            }
        }
        return true;
    }

    @Override
    public boolean resume(FrameInlet inlet) {
        return streams.resume(inlet);
    }

    /** {@inheritDoc} The frame leaves by the connection that it came by, unless a stage has named another one. */
    @Override
    public int transmit(FrameDescriptor frame) {
        StreamConnection source = streams.table().at(frame.connection());
        StreamConnection target = frame.target() == FrameDescriptor.NO_TARGET
                ? source
                : streams.table().find(frame.target());
        if (target == null || !target.takesFrames()) {
            return refusal(frame.target());
        }
        if (!streams.suits(frame)) {
            return UNSUITABLE;
        }
        streams.queue(target, streams, frame, source);
        streams.left(source.index);
        return TAKEN;
    }

    /**
     * The reason why there is no connection with the id that a stage gave: it has ended, or the id belongs to another
     * port or to none.
     */
    private int refusal(long target) {
        return target == FrameDescriptor.NO_TARGET || streams.table().isOwn(target) ? GONE : UNSUITABLE;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        if (metadata instanceof StreamMetadata stream) {
            return transmitOf(stream.streams(), frame);
        }
        int offset = metadata.payloadOffset(frame);
        int length = metadata.payloadLength(frame);
        boolean hasTarget = frame.target() != FrameDescriptor.NO_TARGET;
        if (offset < 0
                || length > umem().frameSize()
                || !hasTarget && !establisher.connects()
                || !streams.suits(frame)
                || metadata.isSegmented(frame)) {
            return UNSUITABLE;
        }
        StreamConnection target = target(frame);
        if (target == null || !target.takesFrames()) {
            return refusal(frame.target());
        }
        long copy = target.outbound.isFull()
                ? StreamConnection.NONE
                : streams.queues().copy(target.outbound, metadata.umem().memory(), frame.address() + offset, length);
        if (copy < 0) {
            if (frame.isLast()) {
                streams.lifecycle().closeWhenWritten(target); // the frame is lost, but the connection is still closed
            }
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        streams.queueCopy(target, copy, length, frame);
        return TAKEN;
    }

    /** The connection for a frame of another port: the one that a stage named, or the one that this port makes. */
    private StreamConnection target(FrameDescriptor frame) {
        return frame.target() == FrameDescriptor.NO_TARGET
                ? establisher.current()
                : streams.table().find(frame.target());
    }

    /**
     * Forwards from a stream of another port to one of this port, without loss as long as both exist. If there is no
     * room for a copy, the frame is queued where it is, in the other port's memory, so that two ports that wait for
     * each other need no free frame to go on. The connection that it came by is not read until there is room, or a
     * connection.
     */
    private int transmitOf(Streams home, FrameDescriptor frame) {
        boolean hasTarget = frame.target() != FrameDescriptor.NO_TARGET;
        if (!hasTarget && !establisher.connects() || !streams.suits(frame)) {
            return UNSUITABLE;
        }
        StreamConnection source = home.table().at(frame.connection());
        StreamConnection target = target(frame);
        if (target == null || !target.takesFrames()) {
            if (hasTarget || streams.queues().unconnected().isSealed()) {
                return refusal(frame.target());
            }
            streams.queueUnconnected(home, frame, source);
        } else if (copyOf(home, frame, target)) {
            streams.waitIfFull(target, home, source);
            return TAKEN;
        } else {
            streams.queue(target, home, frame, source);
        }
        home.left(source.index);
        return HELD;
    }

    private boolean copyOf(Streams home, FrameDescriptor frame, StreamConnection target) {
        if (target.outbound.isFull() || frame.length() > umem().frameSize()) {
            return false;
        }
        MemorySegment memory = home.frames().umem().memory();
        long copy = streams.queues().copy(target.outbound, memory, frame.address(), frame.length());
        if (copy < 0) {
            target.outbound.setFull(true);
            return false;
        }
        counters.add(PortCounter.COPIED, 1);
        streams.queueCopy(target, copy, frame.length(), frame);
        return true;
    }

    @Override
    public void auditHeld(Port home, FrameAudit audit) {
        if (home != this && home instanceof TcpPort other) {
            streams.auditHeld(other.streams, audit);
        }
    }

    @Override
    public ConnectionControl connectionControl() {
        return streams.endRequests();
    }

    @Override
    public void release(FrameDescriptor frame) {
        streams.frames().release(frame.address());
        streams.left(frame.connection());
    }

    @Override
    public void passed(FrameDescriptor event) {
        streams.left(event.connection());
    }

    @Override
    public void flush() {
        if (!running) {
            return;
        }
        streams.handleRequests();
        zone.check();
        if (stopRequested && !stopping) {
            stop();
        }
        if (giveUpRequested) {
            streams.giveUp();
        }
        establisher.check();
        if (stopping && streams.areDone()) {
            ticker.stop(); // its completions would look like work that is still to be done
        }
        ticker.arm();
        streams.flush();
    }

    private void stop() {
        stopping = true;
        establisher.stop();
        streams.lifecycle().stop();
    }

    @Override
    public void startReceiving() {
        running = true;
    }

    @Override
    public void stopReceiving() {
        stopRequested = true;
    }

    /** {@inheritDoc} The stages hear of the connections that this ends. */
    @Override
    public void giveUp() {
        giveUpRequested = true;
    }

    /** {@inheritDoc} While the engine stops, connections that have not ended count, too. */
    @Override
    public int txInFlight() {
        return streams.waiting() + (stopRequested && running ? streams.table().open() : 0);
    }

    @Override
    public void quiesce() {
        ticker.stop();
        establisher.stop();
        streams.quiesce();
    }

    @Override
    public int underWay() {
        return streams.underWay() + ticker.underWay() + establisher.underWay();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return report.running(streams.frames().estimate(inStages, leased));
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        closeListener.run();
        streams.flushCounters(); // the poller has not done it if a stage does not return
        return report.last(streams.frames().census(id(), name(), whereabouts, (portId, audit) -> streams.audit(audit)));
    }
}

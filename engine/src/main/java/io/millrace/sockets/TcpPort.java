package io.millrace.sockets;

import io.millrace.ConnectionControl;
import io.millrace.core.config.TcpSettings;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.counters.PortFault;
import io.millrace.core.link.LinkedPort;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;
import io.millrace.spi.Bound;
import io.millrace.spi.Clocked;
import io.millrace.spi.ConnectionHost;
import io.millrace.spi.ForeignFrameHolder;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.FrameSource;
import io.millrace.spi.Linked;
import io.millrace.spi.Port;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The TCP connections of one listening address, or the one to an address. A frame is a piece of a stream, or a message.
 */
final class TcpPort
        implements FrameOwner,
                FrameSource,
                FrameSink,
                ForeignFrameHolder,
                ConnectionHost,
                Clocked,
                Linked,
                Bound,
                CompletionHandler {
    static final int ACCEPT = 1;
    static final int CONNECT = 2;
    static final int RECEIVE = 3;
    static final int SEND = 4;
    static final int SEND_ZERO_COPY = 5;
    static final int FILE_IN = 6;
    static final int FILE_OUT = 7;
    static final int TICK = 8;
    static final int CANCEL = 9;

    private final int id;
    private final TcpSettings settings;
    private final Place place;
    private final StreamReport report;
    private final SocketFrames frames;
    private final StreamTable table;
    private final StreamLifecycle lifecycle;
    private final StreamReader reader;
    private final StreamWriter writer;
    /** One of the two is null. */
    private final Acceptor acceptor;

    private final Connector connector;
    private final StreamZone zone;
    private final Ticker ticker;
    private final PortCounters counters;
    private final EndRequests endRequests;
    private final Runnable closeListener;
    private final SocketLinks links;
    private volatile boolean running;
    private volatile boolean stopRequested;
    private volatile boolean giveUpRequested;
    private boolean stopping;

    /**
     * Where a port is.
     *
     * @param text    its address, or that of the peer, for people
     * @param address the one that it accepts at; null if it does not
     */
    record Place(String text, InetSocketAddress address) {}

    /** The parts of a port, as {@link TcpPortOpener} puts them together. */
    record Parts(
            SocketFrames frames,
            StreamTable table,
            StreamLifecycle lifecycle,
            StreamReader reader,
            StreamWriter writer,
            Acceptor acceptor,
            Connector connector,
            StreamZone zone,
            Ticker ticker,
            PortCounters counters) {}

    /**
     * @param place         where the port is
     * @param closeListener closes the socket that listens, if there is one
     * @param links         the interfaces of its addresses' zones
     */
    TcpPort(int id, TcpSettings settings, Place place, Parts parts, Runnable closeListener, SocketLinks links) {
        this.id = id;
        this.settings = settings;
        this.place = place;
        this.frames = parts.frames();
        this.table = parts.table();
        this.endRequests = new EndRequests(table);
        this.lifecycle = parts.lifecycle();
        this.reader = parts.reader();
        this.writer = parts.writer();
        this.acceptor = parts.acceptor();
        this.connector = parts.connector();
        this.zone = parts.zone();
        this.ticker = parts.ticker();
        this.counters = parts.counters();
        this.closeListener = closeListener;
        this.links = links;
        this.report = new StreamReport(settings.name(), place.text(), counters, table, acceptor, connector, links);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Umem umem() {
        return frames.umem();
    }

    @Override
    public InetSocketAddress localAddress() {
        return place.address();
    }

    @Override
    public FrameMetadata newMetadata() {
        return new StreamMetadata(this, frames.umem(), table, reader.cutsMessages());
    }

    @Override
    public List<LinkedPort> links() {
        return links.all();
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public String advice(PortFault fault, int errno) {
        return report.advice(fault, errno);
    }

    @Override
    public void beginCycle(long nowNs) {
        lifecycle.beginCycle(nowNs);
    }

    @Override
    public boolean holdsUntilReturn() {
        return false;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    /** {@inheritDoc} Frames come as completions of the shared ring; here are the events. */
    @Override
    public int receive(FrameInlet inlet) {
        int events = lifecycle.publish(inlet);
        if (events > 0) {
            inlet.end();
        }
        return events + reader.resumeCutting(inlet);
    }

    @Override
    public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
        int index = UserData.index(userData);
        switch (UserData.operation(userData)) {
            case RECEIVE -> {
                return reader.onCompletion(table.at(index), result, flags, inlet);
            }
            case SEND -> writer.onCompletion(table.at(index), result);
            case SEND_ZERO_COPY -> writer.onZeroCopy(index, result, flags);
            case FILE_IN -> writer.onFile(table.at(index), result, true);
            case FILE_OUT -> writer.onFile(table.at(index), result, false);
            case ACCEPT -> acceptor.onCompletion(result, flags);
            case CONNECT -> connector.onCompletion(table.at(index), userData, result);
            case TICK -> {
                ticker.onCompletion();
                lifecycle.checkTimes();
            }
            default -> {
                // A cancellation: what it cancelled tells by itself.
            }
        }
        return true;
    }

    @Override
    public boolean resume(FrameInlet inlet) {
        return reader.resume(inlet);
    }

    /** {@inheritDoc} It leaves by the connection that it came by, unless a stage has named another. */
    @Override
    public int transmit(FrameDescriptor frame) {
        StreamConnection source = table.at(frame.connection());
        StreamConnection target = frame.target() == FrameDescriptor.NO_TARGET ? source : table.find(frame.target());
        if (target == null || !target.takesFrames()) {
            return refusal(frame.target());
        }
        writer.queue(target, null, frame.address(), frame.length(), frame.file(), frame.isLast());
        if (target.full) {
            reader.waitFor(source, target);
        }
        lifecycle.left(source);
        return TAKEN;
    }

    /** The connection is over, unless what a stage gave as its id is that of another port's, or of none. */
    private int refusal(long target) {
        return target == FrameDescriptor.NO_TARGET || table.isOwn(target) ? GONE : UNSUITABLE;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        if (metadata instanceof StreamMetadata stream) {
            return transmitOf(stream.port(), frame);
        }
        int offset = metadata.payloadOffset(frame);
        int length = metadata.payloadLength(frame);
        boolean hasTarget = frame.target() != FrameDescriptor.NO_TARGET;
        if (offset < 0
                || length > frames.umem().frameSize()
                || !hasTarget && connector == null
                || metadata.isSegmented(frame)) {
            return UNSUITABLE;
        }
        StreamConnection target = hasTarget ? table.find(frame.target()) : connector.current();
        if (target == null || !target.takesFrames()) {
            return refusal(frame.target());
        }
        long copy = target.full
                ? StreamConnection.NONE
                : writer.copy(target, metadata.umem().memory(), frame.address() + offset, length);
        if (copy < 0) {
            if (frame.isLast()) {
                lifecycle.closeWhenWritten(target); // the frame is lost, the closing behind it is not
            }
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        writer.queue(target, null, copy, length, frame.file(), frame.isLast());
        return TAKEN;
    }

    /**
     * From a stream of another port to one of this: nothing of it is lost while both live. What finds no room for a copy
     * is queued where it is, in the other port's memory, so that two ports that wait for each other need no frame to go
     * on; where it came from is not read until there is room, or a connection.
     */
    private int transmitOf(TcpPort home, FrameDescriptor frame) {
        boolean hasTarget = frame.target() != FrameDescriptor.NO_TARGET;
        if (!hasTarget && connector == null) {
            return UNSUITABLE;
        }
        StreamConnection target = hasTarget ? table.find(frame.target()) : connector.current();
        boolean isThere = target != null && target.takesFrames();
        if (!isThere) {
            target = writer.unconnected();
            if (hasTarget || target.lastQueued) {
                return refusal(frame.target());
            }
        }
        StreamConnection source = home.table.at(frame.connection());
        boolean isCopied = isThere && copyOf(home, frame, target);
        if (!isCopied) {
            writer.queue(target, home.frames, frame.address(), frame.length(), frame.file(), frame.isLast());
        }
        if (target.full || !isThere) {
            home.reader.waitFor(source, target);
        }
        if (isCopied) {
            return TAKEN;
        }
        home.lifecycle.left(source);
        return HELD;
    }

    private boolean copyOf(TcpPort home, FrameDescriptor frame, StreamConnection target) {
        if (target.full || frame.length() > frames.umem().frameSize()) {
            return false;
        }
        long copy = writer.copy(target, home.umem().memory(), frame.address(), frame.length());
        if (copy < 0) {
            target.full = true;
            return false;
        }
        counters.add(PortCounter.COPIED, 1);
        writer.queue(target, null, copy, frame.length(), frame.file(), frame.isLast());
        return true;
    }

    @Override
    public void auditHeld(Port home, FrameAudit audit) {
        if (home != this && home instanceof TcpPort other) {
            writer.audit(other.frames, audit);
        }
    }

    @Override
    public ConnectionControl connectionControl() {
        return endRequests;
    }

    @Override
    public void release(FrameDescriptor frame) {
        frames.release(frame.address());
        lifecycle.left(table.at(frame.connection()));
    }

    @Override
    public void passed(FrameDescriptor event) {
        lifecycle.passed(event.connection(), event.length());
    }

    @Override
    public void flush() {
        if (!running) {
            return;
        }
        endRequests.handle(lifecycle);
        zone.check();
        if (stopRequested && !stopping) {
            stop();
        }
        if (giveUpRequested) {
            giveUpNow();
        }
        if (acceptor != null) {
            acceptor.arm();
        } else {
            connector.check();
        }
        if (stopping && table.open() == 0 && !writer.hasUnconnected()) {
            ticker.stop(); // its completions would look like work that is still to be done
        }
        ticker.arm();
        reader.flushCounters();
        frames.refill();
        reader.arm();
        writer.flush();
        writer.flushCounters();
    }

    private void giveUpNow() {
        writer.giveUpUnconnected();
        if (table.open() > 0) {
            lifecycle.endAll();
        }
    }

    private void stop() {
        stopping = true;
        if (acceptor != null) {
            acceptor.stop();
        } else {
            connector.stop();
        }
        lifecycle.stop();
    }

    @Override
    public void startReceiving() {
        running = true;
    }

    @Override
    public void stopReceiving() {
        stopRequested = true;
    }

    /** {@inheritDoc} The stages hear of the connections that end by it. */
    @Override
    public void giveUp() {
        giveUpRequested = true;
    }

    /** {@inheritDoc} When the engine stops, connections that have not ended count too. */
    @Override
    public int txInFlight() {
        return writer.waiting() + (stopRequested && running ? table.open() : 0);
    }

    @Override
    public void quiesce() {
        ticker.stop();
        if (acceptor != null) {
            acceptor.stop();
        } else {
            connector.stop();
        }
        reader.quiesce();
        writer.giveUpUnconnected();
        lifecycle.endAll();
        reader.flushCounters();
        writer.flushCounters();
    }

    @Override
    public int underWay() {
        return lifecycle.underWay()
                + writer.notifications()
                + ticker.underWay()
                + (acceptor == null ? 0 : acceptor.underWay());
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return report.running(frames.estimate(inStages, leased));
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        closeListener.run();
        reader.flushCounters(); // the poller has not, if a stage does not return
        writer.flushCounters();
        return report.last(frames.census(id, name(), whereabouts, (portId, audit) -> {
            reader.audit(audit);
            writer.audit(audit);
        }));
    }
}

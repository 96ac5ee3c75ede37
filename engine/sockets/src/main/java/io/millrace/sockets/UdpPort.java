package io.millrace.sockets;

import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.KernelCounted;
import io.millrace.spi.Port;
import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.List;

/** A port of type {@code udp}: one socket. A frame is the payload of a datagram, where the kernel put it. */
final class UdpPort extends SocketPort implements KernelCounted {
    static final int RECEIVE = 1;
    static final int SEND = 2;

    /**
     * The longest payload of a datagram: length fields have 16 bits, and the length in an IPv4 header includes that
     * header.
     */
    private static final int MOST_BYTES_IPV4 = 65_507;

    private static final int MOST_BYTES_IPV6 = 65_527;

    /** Null in the warm-up's port, which has no socket. */
    private final UdpSocket socket;

    private final SocketFrames frames;
    private final DatagramLayout layout;
    private final DatagramReceiver receiver;
    private final DatagramSender sender;
    private final DatagramDestinations destinations;
    private final PortCounters counters;
    private final SocketLinks links;
    private final int mostBytes;
    private volatile boolean receiving;
    private volatile boolean stopping;
    /** Whether the last receive has ended, after a stop. */
    private boolean ended;

    /**
     * @param socket       the socket; null in a port over plain memory
     * @param localAddress the address that it is bound to
     */
    UdpPort(
            int id,
            String name,
            UdpSocket socket,
            InetSocketAddress localAddress,
            SocketFrames frames,
            DatagramReceiver receiver,
            DatagramSender sender,
            DatagramDestinations destinations,
            PortCounters counters,
            SocketLinks links) {
        super(id, name, localAddress, frames, counters, links);
        this.socket = socket;
        this.frames = frames;
        this.layout = destinations.layout();
        this.receiver = receiver;
        this.sender = sender;
        this.destinations = destinations;
        this.counters = counters;
        this.links = links;
        this.mostBytes = layout.isIpv4() ? MOST_BYTES_IPV4 : MOST_BYTES_IPV6;
    }

    @Override
    public FrameMetadata newMetadata() {
        return new DatagramMetadata(frames.umem(), layout, localAddress());
    }

    @Override
    public String advice(PortFault fault, int errno) {
        return fault == PortFault.TX_FAILED ? sender.advice(errno) : fault.advice();
    }

    @Override
    public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
        if (UserData.operation(userData) == RECEIVE) {
            return receiver.onCompletion(result, flags, inlet);
        }
        sender.onCompletion(UserData.index(userData), result, flags);
        return true;
    }

    @Override
    public boolean resume(FrameInlet inlet) {
        return receiver.resume(inlet);
    }

    /**
     * {@inheritDoc} A frame goes to the {@code remote} unless a stage has turned it round; without a {@code remote} it
     * goes back to its sender.
     */
    @Override
    public int transmit(FrameDescriptor frame) {
        if (frame.length() > mostBytes || frame.file() != null) {
            return UNSUITABLE;
        }
        boolean sent;
        MemorySegment remote = destinations.remote();
        if (remote == null || frame.isTurned()) {
            MemorySegment memory = frames.umem().memory();
            long chunk = frames.umem().frameAddress(frame.address());
            long from = layout.tellsLocalAddress() ? layout.answerFrom(memory, chunk) : ControlMessages.NONE;
            sent = sender.send(frame.address(), frame.length(), memory, chunk + DatagramLayout.NAME, from);
        } else {
            sent = sender.send(frame.address(), frame.length(), remote, 0, ControlMessages.NONE);
        }
        return sent ? TAKEN : FULL;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        int offset = metadata.payloadOffset(frame);
        int length = metadata.payloadLength(frame);
        if (offset < 0 || length > Math.min(mostBytes, frames.umem().frameSize()) || frame.file() != null) {
            return UNSUITABLE;
        }
        MemorySegment destination = destinations.of(frame, metadata);
        if (destination == null) {
            return UNSUITABLE;
        }
        long copy = frames.take();
        if (copy < 0) {
            return FULL;
        }
        metadata.copy(frame, offset, length, frames.umem().memory(), copy);
        counters.add(PortCounter.COPIED, 1);
        if (!sender.send(copy, length, destination, 0, ControlMessages.NONE)) {
            frames.release(copy);
            return FULL;
        }
        return TAKEN;
    }

    @Override
    public void release(FrameDescriptor frame) {
        frames.release(frame.address());
    }

    /** {@inheritDoc} It is told by the position of the frame in its buffer. */
    @Override
    public boolean holdsUntilReturn() {
        return true;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    @Override
    public void flush() {
        receiver.flushCounters();
        sender.closeOpen();
        sender.flushCounters();
        frames.refill();
        if (stopping) {
            endReceiving();
        } else if (receiving) {
            receiver.arm();
        }
    }

    /**
     * Receives what had come before the stop, as far as there are frames, and then ends the receive. When that has
     * completed, no datagram is on its way in the kernel any more.
     */
    private void endReceiving() {
        if (receiving && socket.hasWaiting()) {
            receiver.arm();
            ended = receiver.underWay() == 0 && !frames.canReceive();
        } else {
            receiver.disarm();
            ended = receiver.underWay() == 0;
        }
    }

    @Override
    public void startReceiving() {
        receiving = true;
    }

    /** {@inheritDoc} Datagrams that are already in the socket's receive queue are still handled. */
    @Override
    public void stopReceiving() {
        socket.stopReceiving();
        stopping = true;
    }

    /** {@inheritDoc} The receive operation counts, too, until it has ended. */
    @Override
    public int txInFlight() {
        return sender.underWay() + (stopping && !ended ? 1 : 0);
    }

    @Override
    public void quiesce() {
        receiving = false;
        receiver.quiesce();
        receiver.flushCounters();
        sender.closeOpen();
        sender.flushCounters();
    }

    @Override
    public int underWay() {
        return receiver.underWay() + sender.underWay();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return snapshot(frames.estimate(inStages, leased));
    }

    @Override
    public KernelStatistics kernelStatistics() {
        return KernelStatistics.ofQueue(socket.drops());
    }

    private PortStatistics snapshot(FrameCensus census) {
        return new PortStatistics(
                name(),
                UdpKeys.BLOCK.name(),
                SocketAddresses.text(localAddress()),
                List.of(),
                counters.all(),
                kernelStatistics(),
                census,
                links.statistics(),
                null,
                counters.errors(),
                new SocketDetails());
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        receiver.flushCounters();
        sender.flushCounters();
        socket.discard(length -> {
            counters.add(PortCounter.RX_FRAMES, 1);
            counters.add(PortCounter.RX_BYTES, length);
            counters.add(PortCounter.DROPPED_AT_STOP, 1);
        });
        socket.close();
        return snapshot(frames.census(id(), name(), whereabouts, (portId, audit) -> {
            receiver.audit(audit);
            sender.audit(audit);
        }));
    }
}

package io.millrace.sim;

import io.millrace.FrameKind;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.FillRing;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.KernelSide;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.FrameSource;
import io.millrace.spi.Port;
import io.millrace.spi.TransmitCompleter;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.List;

/**
 * A port over four rings like those of an AF_XDP socket. At their other end is a simulated kernel, whose work the
 * program's threads do in calls of a {@link MemoryWire}. Poller's thread only, unless a method says otherwise.
 */
final class MemoryPort implements FrameSource, TransmitCompleter, FrameSink, FrameOwner {
    private static final int QUEUE = 0;

    /**
     * The memory and what may be in it.
     *
     * @param longest the length of the longest frame in bytes
     */
    record Frames(Umem umem, MemoryKind kind, int longest) {
        boolean allow(int length) {
            return length >= kind.shortest() && length <= longest;
        }
    }

    private final int id;
    private final String name;
    private final Frames frames;
    private final Umem umem;
    private final FramePool pool;
    private final FillRing fill;
    private final RxRing rx;
    private final TxRing tx;
    private final CompletionRing completion;
    private final MemoryWire wire;
    private final PortCounters counters;
    private final int batch;

    /** The number of TX entries that have been written but not submitted yet. */
    private int staged;

    private long stagedBytes;
    /** The number of submitted frames that the completion ring has to give back. */
    private int sending;

    private volatile boolean stopping;
    /** The number of free frames, for other threads. */
    private volatile int free;

    MemoryPort(
            int id, String name, Frames frames, KernelSide kernel, MemoryWire wire, PortCounters counters, int batch) {
        this.id = id;
        this.name = name;
        this.frames = frames;
        this.umem = frames.umem();
        this.pool = new FramePool(umem);
        this.fill = kernel.fillRing();
        this.rx = kernel.rxRing();
        this.tx = kernel.txRing();
        this.completion = kernel.completionRing();
        this.wire = wire;
        this.counters = counters;
        this.batch = batch;
        refill(); // the program may send as soon as the port receives
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public FrameMetadata newMetadata() {
        return frames.kind().newMetadata(umem);
    }

    // ---- the duty cycle, in the order of a frame's life

    /** RX ring -> inlet. */
    @Override
    public int receive(FrameInlet inlet) {
        int count = rx.peek(batch);
        count = count == 0 ? 0 : inlet.room(count);
        if (count == 0) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int length = rx.length(i);
            bytes += length;
            inlet.frame(id, QUEUE, rx.address(i), length);
        }
        rx.release(count);
        inlet.end();
        counters.add(PortCounter.RX_FRAMES, count);
        counters.add(PortCounter.RX_BYTES, bytes);
        return count;
    }

    /** {@inheritDoc} A frame leaves the RX ring when its whole batch has been handed in. */
    @Override
    public boolean holdsUntilReturn() {
        return true;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    /** A frame of this memory -> TX ring. */
    @Override
    public int transmit(FrameDescriptor frame) {
        if (!frames.allow(frame.length()) || frame.file() != null) {
            return UNSUITABLE;
        }
        return hasRoom() ? stage(frame.address(), frame.length()) : FULL;
    }

    /** A frame of another memory, or the payload of it -> copy in a free frame -> TX ring. */
    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        boolean isWhole = frames.kind().frames() == FrameKind.ETHERNET;
        if (isWhole && metadata.kind() != FrameKind.ETHERNET) {
            return UNSUITABLE; // there are no headers
        }
        int offset = isWhole ? 0 : metadata.payloadOffset(frame);
        int length = isWhole ? wholeLength(frame, metadata) : metadata.payloadLength(frame);
        if (offset < 0 || !frames.allow(length) || frame.file() != null) {
            return UNSUITABLE;
        }
        if (pool.available() == 0 || !hasRoom()) {
            return FULL;
        }
        long copy = pool.take() + KernelSide.HEADROOM;
        metadata.copy(frame, offset, length, umem.memory(), copy);
        counters.add(PortCounter.COPIED, 1);
        return stage(copy, length);
    }

    private static int wholeLength(FrameDescriptor frame, FrameMetadata metadata) {
        return metadata.isSegmented(frame)
                ? frame.length() + metadata.chains().lengthBehind(frame.address())
                : frame.length();
    }

    private boolean hasRoom() {
        return tx.reserve(staged + 1) > staged;
    }

    private int stage(long address, int length) {
        tx.frame(staged++, address, length);
        stagedBytes += length;
        return TAKEN;
    }

    @Override
    public void release(FrameDescriptor frame) {
        pool.give(frame.address());
    }

    /** TX ring -> the wire; pool -> fill ring. */
    @Override
    public void flush() {
        if (staged > 0) {
            tx.submit(staged);
            counters.add(PortCounter.TX_FRAMES, staged);
            counters.add(PortCounter.TX_BYTES, stagedBytes);
            sending += staged;
            staged = 0;
            stagedBytes = 0;
        }
        if (stopping && sending > 0) {
            wire.keepAll(); // the program may be waiting for the engine to stop, and not receive meanwhile
        }
        refill();
    }

    private void refill() {
        int count = fill.reserve(Math.min(pool.available(), fill.size()));
        for (int i = 0; i < count; i++) {
            fill.address(i, pool.take());
        }
        if (count > 0) {
            fill.submit(count);
        }
        free = pool.available();
    }

    /** Completion ring -> pool. */
    @Override
    public int complete() {
        int count = completion.peek(sending);
        for (int i = 0; i < count; i++) {
            pool.give(completion.address(i));
        }
        if (count > 0) {
            completion.release(count);
            sending -= count;
        }
        return count;
    }

    @Override
    public int txInFlight() {
        return staged + sending;
    }

    // ---- any thread

    @Override
    public void startReceiving() {
        wire.open(true);
    }

    /** {@inheritDoc} Frames that the program has already sent are still handled. */
    @Override
    public void stopReceiving() {
        wire.open(false);
        stopping = true;
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        int inRings = Math.max(0, umem.frameCount() - free - inStages - leased);
        return snapshot(new FrameCensus(umem.frameCount(), free, inRings, inStages, leased, 0));
    }

    /** {@inheritDoc} Frames that have been sent can still be received from the wire. */
    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        wire.keepAll();
        wire.detach();
        FrameCensus census = census(whereabouts);
        abandonReceived();
        return snapshot(census);
    }

    /** Frames that are in a ring count as free, because nobody has them any more. */
    private FrameCensus census(FrameHolders whereabouts) {
        FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        audit.add(fill);
        audit.add(rx);
        audit.add(completion);
        for (int i = 0; i < staged; i++) { // only if the poller has ended by a fault
            audit.found(FrameAudit.Place.TX_RING, tx.address(i));
        }
        whereabouts.audit(id, audit);
        int inStages = audit.count(FrameAudit.Place.STAGE);
        int leased = audit.count(FrameAudit.Place.LEASE);
        int lost = audit.missing() + audit.duplicates() + audit.outside();
        return new FrameCensus(
                umem.frameCount(), umem.frameCount() - inStages - leased - lost, 0, inStages, leased, lost);
    }

    /** Counts frames that the engine has not taken out of the RX ring. */
    private void abandonReceived() {
        int count = rx.peek(rx.waiting());
        for (int i = 0; i < count; i++) {
            counters.add(PortCounter.RX_BYTES, rx.length(i));
        }
        rx.release(count);
        counters.add(PortCounter.RX_FRAMES, count);
        counters.add(PortCounter.DROPPED_AT_STOP, count);
    }

    private PortStatistics snapshot(FrameCensus census) {
        return new PortStatistics(
                name,
                "memory",
                "",
                List.of(),
                counters.all(),
                KernelStatistics.ZERO,
                census,
                null,
                null,
                counters.errors(),
                new MemoryStatistics(wire.name(), wire.refused()));
    }
}

package com.example.pipe;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSink;
import io.millrace.spi.FrameSource;
import io.millrace.spi.Port;
import io.millrace.spi.RuleAcceptor;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A port over a {@link Pipe}. It looks for received frames itself, sends frames, has memory of its own, and chooses by
 * rules which frames it takes, which makes four roles. Poller's thread only, unless a method says otherwise.
 */
final class PipePort implements FrameSource, FrameSink, FrameOwner, RuleAcceptor {
    private final int id;
    private final String name;
    private final Pipe pipe;
    private final Umem umem;
    private final FramePool pool;
    private final PortCounters counters;
    private final int batch;
    /** All of the port's memory, and that of a frame of another port. */
    private final UnsafeBuffer memory;

    private final UnsafeBuffer copy;
    private final MessageHandler onMessage = this::onMessage;
    private FrameInlet inlet;
    private long bytes;
    private int frames;
    private volatile boolean receives;
    /** What a frame has to begin with one of; empty if any will do. */
    private volatile List<byte[]> beginnings;
    /** Frames that were left out, counted by the poller. */
    private volatile long passed;
    /** Free frames, for those who ask from other threads. */
    private volatile int free;

    PipePort(int id, String name, Pipe pipe, Umem umem, PortCounters counters, int batch, List<String> rules) {
        this.id = id;
        this.name = name;
        this.pipe = pipe;
        this.umem = umem;
        this.pool = new FramePool(umem);
        this.counters = counters;
        this.batch = batch;
        this.memory = new UnsafeBuffer(umem.memory().address(), Math.toIntExact(umem.lengthBytes()));
        this.copy = new UnsafeBuffer(new byte[umem.frameSize()]);
        this.free = pool.available();
        accept(rules);
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
        return new PipeMetadata(umem);
    }

    // ---- the duty cycle, in the order of a frame's life

    @Override
    public int receive(FrameInlet to) {
        if (!receives) {
            return 0;
        }
        int most = to.room(Math.min(batch, pool.available()));
        if (most == 0) {
            return 0;
        }
        inlet = to;
        int read = pipe.toEngine().read(onMessage, most);
        if (frames > 0) {
            to.end();
            counters.add(PortCounter.RX_FRAMES, frames);
            counters.add(PortCounter.RX_BYTES, bytes);
            frames = 0;
            bytes = 0;
        }
        return read;
    }

    private void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
        if (length > umem.frameSize()) {
            counters.add(PortCounter.RX_TRUNCATED, 1);
            return;
        }
        if (!isAccepted(buffer, index, length)) {
            passed++;
            return;
        }
        long address = pool.take();
        memory.putBytes((int) address, buffer, index, length);
        inlet.frame(id, 0, address, length);
        frames++;
        bytes += length;
    }

    private boolean isAccepted(DirectBuffer frame, int index, int length) {
        List<byte[]> any = beginnings;
        for (int i = 0; i < any.size(); i++) {
            if (beginsWith(any.get(i), frame, index, length)) {
                return true;
            }
        }
        return any.isEmpty();
    }

    private static boolean beginsWith(byte[] bytes, DirectBuffer frame, int index, int length) {
        for (int i = 0; i < bytes.length; i++) {
            if (i == length || frame.getByte(index + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other == this;
    }

    @Override
    public int transmit(FrameDescriptor frame) {
        int outcome = send(memory, (int) frame.address(), frame.length());
        if (outcome == TAKEN) {
            pool.give(frame.address()); // the pipe has the bytes
        }
        return outcome;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        int offset = metadata.payloadOffset(frame);
        int length = metadata.payloadLength(frame);
        if (offset < 0 || length > copy.capacity()) {
            return UNSUITABLE;
        }
        metadata.copy(frame, offset, length, MemorySegment.ofArray(copy.byteArray()), 0);
        return send(copy, 0, length);
    }

    private int send(UnsafeBuffer from, int offset, int length) {
        if (length == 0 || length > pipe.fromEngine().maxMsgLength()) {
            return UNSUITABLE;
        }
        if (!pipe.fromEngine().write(Pipe.FRAME, from, offset, length)) {
            return FULL;
        }
        counters.add(PortCounter.TX_FRAMES, 1);
        counters.add(PortCounter.TX_BYTES, length);
        return TAKEN;
    }

    @Override
    public void release(FrameDescriptor frame) {
        pool.give(frame.address());
    }

    @Override
    public boolean holdsUntilReturn() {
        return false;
    }

    @Override
    public void flush() {
        free = pool.available(); // what was sent has left already
    }

    @Override
    public int txInFlight() {
        return 0;
    }

    // ---- any thread

    @Override
    public List<String> accepted() {
        return beginnings.stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void accept(List<String> rules) {
        beginnings = rules.stream()
                .map(rule -> rule.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void startReceiving() {
        receives = true;
    }

    @Override
    public void stopReceiving() {
        receives = false;
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return snapshot(new FrameCensus(umem.frameCount(), free, 0, inStages, leased, 0));
    }

    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        whereabouts.audit(id, audit);
        return snapshot(new FrameCensus(
                umem.frameCount(),
                pool.available(),
                0,
                audit.count(FrameAudit.Place.STAGE),
                audit.count(FrameAudit.Place.LEASE),
                audit.missing() + audit.duplicates() + audit.outside()));
    }

    private PortStatistics snapshot(FrameCensus census) {
        return new PortStatistics(
                name,
                "pipe",
                "",
                List.of(),
                counters.all(),
                KernelStatistics.ZERO,
                census,
                null,
                null,
                counters.errors(),
                new PipeStatistics(pipe.toEngine().size(), passed));
    }
}

package io.millrace.engine.afxdp;

import io.millrace.bindings.SocketCalls;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.path.Pipeline;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.FillRing;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The four rings of one queue, as the duty cycle uses them. Poller's thread only. */
final class XdpQueue {
    private final int id;
    private final int fd;
    private final FillRing fill;
    private final RxRing rx;
    private final TxRing tx;
    private final CompletionRing completion;
    private final FramePool pool;
    private final MemorySegment memory;
    private final PortCounters counters;
    private final int batch;

    /** TX entries written and not yet submitted. */
    private int staged;
    private long stagedBytes;
    /** Room in the TX ring as last seen; {@link #staged} of it is used. */
    private int room;
    /** Frames that the kernel has to give back by the completion ring, staged ones not included. */
    private int sending;
    /** Frames that the kernel has to give back by the RX ring. */
    private long offered;
    /** Of no meaning. */
    private int touched;

    XdpQueue(int id, int fd, XdpRings rings, MemorySegment memory, FramePool pool, PortCounters counters,
             int batch) {
        this.id = id;
        this.fd = fd;
        this.fill = rings.fill();
        this.rx = rings.rx();
        this.tx = rings.tx();
        this.completion = rings.completion();
        this.pool = pool;
        this.memory = memory;
        this.counters = counters;
        this.batch = batch;
    }

    int id() {
        return id;
    }

    int fd() {
        return fd;
    }

    /** RX ring -> pipeline. */
    int receive(int portId, Pipeline pipeline) {
        RxRing ring = rx;
        int count = ring.peek(pipeline.room(batch));
        if (count == 0) {
            return 0;
        }
        if (pipeline.runsHere()) {
            touch(count);
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int length = ring.length(i);
            bytes += length;
            pipeline.frame(portId, id, ring.address(i), length);
        }
        ring.release(count);
        pipeline.end();
        offered -= count;
        counters.add(PortCounter.RX_FRAMES, count);
        counters.add(PortCounter.RX_BYTES, bytes);
        return count;
    }

    /**
     * Another core wrote the frames, so the first look at each is a cache miss. A pass of nothing but loads lets the
     * misses of the batch overlap; the stages' work is too long for that. The sum keeps the loads from being removed.
     */
    private void touch(int count) {
        RxRing ring = rx;
        MemorySegment frames = memory;
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += frames.get(ValueLayout.JAVA_BYTE, ring.address(i));
        }
        touched = sum;
    }

    /** A frame -> TX ring, submitted with the batch. */
    boolean transmit(long address, int length) {
        if (staged == room) {
            room = tx.reserve(tx.size());
            if (staged == room) {
                return false;
            }
        }
        tx.frame(staged++, address, length);
        stagedBytes += length;
        return true;
    }

    /** TX ring -> kernel. */
    void submit() {
        int count = staged;
        if (count > 0) {
            tx.submit(count);
            sending += count;
            staged = 0;
            room -= count;
            counters.add(PortCounter.TX_FRAMES, count);
            counters.add(PortCounter.TX_BYTES, stagedBytes);
            stagedBytes = 0;
        }
        if (sending > 0) {
            wakeTx();
        }
    }

    /**
     * In copy mode the kernel sends inside this system call only, and 32 frames a call ({@code TX_BATCH_SIZE},
     * {@code net/xdp/xsk.c}): so call until the ring is empty, or until a call took nothing, which the next duty cycle
     * tries again.
     */
    private void wakeTx() {
        int pending = tx.pending();
        int wakeups = 0;
        while (pending > 0 && tx.needsWakeUp()) {
            SocketCalls.wakeTx(fd);
            wakeups++;
            int left = tx.pending();
            if (left == pending) {
                counters.add(PortCounter.TX_BUSY, 1);
                break;
            }
            pending = left;
        }
        if (wakeups > 0) {
            counters.add(PortCounter.TX_WAKEUPS, wakeups);
        }
    }

    /** Completion ring -> pool. */
    int complete() {
        if (sending == 0) {
            return 0;
        }
        CompletionRing ring = completion;
        int count = ring.peek(sending);
        for (int i = 0; i < count; i++) {
            pool.give(ring.address(i));
        }
        if (count > 0) {
            ring.release(count);
            sending -= count;
        }
        return count;
    }

    /** Pool -> fill ring. */
    void refill() {
        FillRing ring = fill;
        int count = ring.reserve(Math.min(pool.available(), ring.size()));
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                ring.address(i, pool.take());
            }
            ring.submit(count);
            offered += count;
        }
    }

    /**
     * In zero-copy mode a driver that ran out of free frames stops to look at the fill ring, and says so by the ring's
     * flag; without this call it never receives again. With the fill ring empty, all frames being with the stages, there
     * is nothing to wake it for, and the flag would cost a system call in each duty cycle.
     */
    void wakeRx() {
        if (fill.needsWakeUp() && fill.pending() > 0) {
            SocketCalls.wakeRx(fd);
            counters.add(PortCounter.RX_WAKEUPS, 1);
        }
    }

    /** Frames on their way out. */
    int sending() {
        return sending + staged;
    }

    /** Frames that the kernel holds for receiving: in the fill ring, in the driver, in the RX ring. */
    long offered() {
        return offered;
    }

    /** Cold: counts what was received and will not be handled. The poller must have ended, and the socket be closed. */
    void abandon() {
        for (int count = rx.peek(rx.size()); count > 0; count = rx.peek(rx.size())) {
            for (int i = 0; i < count; i++) {
                counters.add(PortCounter.RX_BYTES, rx.length(i));
            }
            rx.release(count);
            counters.add(PortCounter.RX_FRAMES, count);
            counters.add(PortCounter.DROPPED_AT_STOP, count);
        }
    }

    /** Cold: reports every frame in the rings. */
    void audit(FrameAudit audit) {
        audit.add(fill);
        audit.add(rx);
        audit.add(tx);
        audit.add(completion);
    }
}

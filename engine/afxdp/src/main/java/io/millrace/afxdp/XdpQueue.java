package io.millrace.afxdp;

import io.millrace.ring.CompletionRing;
import io.millrace.ring.EarlyDrop;
import io.millrace.ring.FillRing;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;
import io.millrace.ring.XdpDescriptor;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One queue of an interface: its four rings, as the duty cycle uses them. The methods return at once, and say how many
 * frames they took. Poller's thread only, except the methods that open and close.
 */
sealed class XdpQueue permits SegmentedQueue {
    private final int id;
    private final int fd;
    private final FillRing fill;
    final RxRing rx;
    final TxRing tx;
    private final CompletionRing completion;
    private final FramePool pool;
    private final MemorySegment memory;
    final PortCounters counters;
    final int batch;
    private final QueueWaker waker;

    /** How many TX entries have been written but not submitted yet. */
    private int staged;
    /** How many of these entries continue the frame of the entry before. */
    private int stagedFollowing;

    private long stagedBytes;
    /** The room in the TX ring as last seen, of which {@link #staged} entries are used. */
    private int room;
    /** How many frames the kernel has to give back by the completion ring, not counting staged ones. */
    private int sending;
    /** How many frames the kernel has to give back by the RX ring. */
    private long offered;
    /** Whether the fill ring was full when it was last read, and nothing has been received since. */
    private boolean filled;

    private QueueState state = QueueState.RUNNING;
    /** Records who gave a frame to the kernel, if ports share a UMEM; otherwise null. */
    private FrameLedger ledger;

    /** The port's place in the ledger. */
    private short giver;
    /** What stages may ask for frames that leave here; null if nothing. */
    private TransmitMetadata metadata;

    private EarlyDrop earlyDrop = EarlyDrop.OFF;
    /** What {@link #touch} stores so that the JIT keeps its loads; nobody reads it. */
    private int touched;

    /** @param batch the most frames that it hands to the pipeline in one duty cycle */
    XdpQueue(int id, int fd, XdpRings rings, PortMemory memory, PortCounters counters, int batch, WakeUps wakeUps) {
        this.id = id;
        this.fd = fd;
        this.fill = rings.fill();
        this.rx = rings.rx();
        this.tx = rings.tx();
        this.completion = rings.completion();
        this.pool = memory.pool();
        this.memory = memory.umem().memory();
        this.counters = counters;
        this.batch = batch;
        this.waker = new QueueWaker(fd, wakeUps, counters);
    }

    /**
     * Makes a queue for the memory: for frames of several chunks if the memory allows these, otherwise for frames of
     * one chunk.
     */
    static XdpQueue over(
            int id, int fd, XdpRings rings, PortMemory memory, PortCounters counters, int batch, WakeUps wakeUps) {
        return memory.chains() == null
                ? new XdpQueue(id, fd, rings, memory, counters, batch, wakeUps)
                : new SegmentedQueue(id, fd, rings, memory, counters, batch, wakeUps);
    }

    int id() {
        return id;
    }

    /** How many frames the fill ring holds when it is full. */
    int fillSize() {
        return fill.size();
    }

    /**
     * From now on records each frame that is given to the kernel; those that the kernel already has are recorded at
     * once. Before the poller has the queue.
     *
     * @param place the place of the port among those that share the UMEM
     */
    void keep(FrameLedger shared, short place) {
        ledger = shared;
        giver = place;
        noteOffered((int) offered);
    }

    private void noteOffered(int count) {
        for (int i = -count; i < 0; i++) {
            ledger.give(fill.address(i), giver);
        }
    }

    private void noteSent(int count) {
        for (int i = -count; i < 0; i++) {
            ledger.give(tx.address(i), giver);
        }
    }

    /** Sets how frames are dropped that a full RX ring would have no room for. Before the queue is used. */
    void earlyDrop(EarlyDrop way) {
        earlyDrop = way;
    }

    int fd() {
        return fd;
    }

    /** RX ring -> inlet. */
    int receive(int portId, FrameInlet inlet) {
        RxRing ring = rx;
        int count = peek(inlet);
        if (count == 0) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int length = ring.length(i);
            bytes += length;
            inlet.frame(portId, id, ring.address(i), length);
        }
        ring.release(count);
        inlet.end();
        received(count, count, bytes);
        return count;
    }

    /**
     * Returns how many entries of the RX ring to hand in now, and fetches their frames into the cache if stages look at
     * them on this thread.
     */
    final int peek(FrameInlet inlet) {
        int waiting = rx.waiting();
        earlyDrop.look(waiting);
        if (waiting == 0) {
            return 0;
        }
        filled = false;
        int count = rx.peek(inlet.room(batch));
        if (count > 0 && inlet.looksHere()) {
            touch(count);
        }
        return count;
    }

    /**
     * Counts frames that have been handed to the pipeline.
     *
     * @param descriptors the number of entries of the RX ring that the frames were in
     */
    final void received(int descriptors, int frames, long bytes) {
        offered -= descriptors;
        counters.add(PortCounter.RX_FRAMES, frames);
        counters.add(PortCounter.RX_BYTES, bytes);
    }

    /**
     * Reads the first byte of each frame of a batch. Another core wrote the frames, so the first read of each is a
     * cache miss. A pass of nothing but loads lets these misses overlap; in between the stages' work they would not.
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
            room = look();
            if (staged == room) {
                return false;
            }
        }
        tx.frame(staged++, address, length);
        stagedBytes += length;
        return true;
    }

    /** Sets what stages may ask for frames that leave here. Before the queue is used. */
    void metadata(TransmitMetadata transmitMetadata) {
        metadata = transmitMetadata;
    }

    /**
     * How many TX entries have been written but not submitted yet, which is also the index of the next frame's first
     * entry.
     */
    int staged() {
        return staged;
    }

    /**
     * Writes the requests for the frame that was taken last.
     *
     * @param entry the value of {@link #staged} before the frame was taken
     */
    void request(int entry, FrameDescriptor frame) {
        if (metadata.write(tx.address(entry), frame)) {
            tx.announceMetadata(entry);
        }
    }

    /** Reads the room in the TX ring, staged entries included; there is no more than those if the interface is gone. */
    private int look() {
        return state == QueueState.GONE ? staged : tx.reserve(tx.size());
    }

    /** Returns whether there is room for so many TX entries. */
    final boolean hasRoom(int entries) {
        if (room - staged < entries) {
            room = look();
        }
        return room - staged >= entries;
    }

    /**
     * A segment of a frame -> TX ring, which must have room. The frame's other segments must follow before the next
     * submit.
     */
    final void stage(long address, int length, boolean isFirst, boolean isLast) {
        tx.segment(staged++, address, length, isLast ? 0 : XdpDescriptor.CONTINUED);
        stagedFollowing += isFirst ? 0 : 1;
        stagedBytes += length;
    }

    /** TX ring -> kernel. */
    void submit() {
        int count = staged;
        if (count > 0) {
            tx.submit(count);
            if (ledger != null) {
                noteSent(count);
            }
            sending += count;
            staged = 0;
            room -= count;
            counters.add(PortCounter.TX_FRAMES, count - stagedFollowing);
            stagedFollowing = 0;
            counters.add(PortCounter.TX_BYTES, stagedBytes);
            stagedBytes = 0;
        }
        if (sending > 0 && state == QueueState.RUNNING) {
            waker.wakeTx(tx);
        }
    }

    /** Completion ring -> pool. */
    int complete() {
        if (sending == 0) {
            return 0;
        }
        CompletionRing ring = completion;
        int count = ring.peek(sending);
        if (metadata != null) {
            metadata.read(ring, count);
        }
        for (int i = 0; i < count; i++) {
            pool.give(ring.address(i));
        }
        if (count > 0) {
            ring.release(count);
            sending -= count;
        }
        return count;
    }

    /**
     * Pool -> fill ring. Does nothing if the ring was full and nothing has been received since: reading how much the
     * kernel has taken would fetch, in each idle cycle, the cache line that the kernel writes for each frame.
     */
    void refill() {
        if (!filled) {
            refill(pool);
        }
    }

    /** Free frames -> fill ring. Before the poller has the queue, the frames may come from any pool. */
    void refill(FramePool free) {
        FillRing ring = fill;
        int wanted = Math.min(free.available(), ring.size());
        int count = ring.reserve(wanted);
        filled = count < wanted || wanted == ring.size();
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                ring.address(i, free.take());
            }
            ring.submit(count);
            if (ledger != null) {
                noteOffered(count);
            }
            offered += count;
        }
    }

    /** Wakes the kernel to receive, if the fill ring asks for it, or in each duty cycle when busy polling. */
    void wakeRx() {
        if (state == QueueState.RUNNING) {
            waker.wakeRx(fill);
        }
    }

    /** Sets the state of the interface. */
    void follow(QueueState now) {
        state = now;
        if (now == QueueState.GONE) {
            room = staged;
        }
    }

    /** How many frames are on their way out, staged ones included. */
    int txInFlight() {
        return sending + staged;
    }

    /** How many frames the kernel holds for receiving: in the fill ring, in the driver and in the RX ring. */
    long offered() {
        return offered;
    }

    /** Returns whether every received frame has been handed in. */
    final boolean isEmpty() {
        return rx.peek(1) == 0;
    }

    /**
     * Counts the frames that will not be sent because the interface is gone. The queue must not be used any more after
     * this.
     *
     * @return how many frames the kernel had to give back
     */
    long letGo() {
        counters.add(PortCounter.TX_LOST, tx.pendingPackets());
        return offered + sending;
    }

    /**
     * Counts the frames that were received and will not be handled, and those that will not be sent. Cold; the poller
     * must have ended, and the socket be closed.
     */
    void abandon() {
        counters.add(PortCounter.TX_LOST, tx.pendingPackets());
        for (int count = rx.peek(rx.size()); count > 0; count = rx.peek(rx.size())) {
            for (int i = 0; i < count; i++) {
                counters.add(PortCounter.RX_BYTES, rx.length(i));
            }
            rx.release(count);
            counters.add(PortCounter.RX_FRAMES, count);
            counters.add(PortCounter.DROPPED_AT_STOP, count);
        }
    }

    /** Reports the frames that are queued for sending and have not been given to the kernel. */
    void auditStaged(FrameAudit audit) {
        for (int i = 0; i < staged; i++) {
            audit.found(FrameAudit.Place.TX_RING, tx.address(i));
        }
    }

    /** Reports each frame in the rings. Cold. */
    void audit(FrameAudit audit) {
        audit.add(fill);
        audit.add(rx);
        audit.add(tx);
        audit.add(completion);
    }
}

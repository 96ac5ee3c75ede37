package io.millrace.engine.path;

import io.millrace.engine.Lease;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** One lease. A new object for each, so that closing it twice can never give back another stage's frame. */
sealed class HeldFrame implements Lease permits HeldSegments {
    final int portId;
    /** {@link FrameFacts#identity}. */
    final long frame;
    final Throwable takenAt;

    private final LeaseDesk desk;
    private final MemorySegment segment;
    private final AtomicBoolean closed = new AtomicBoolean();

    HeldFrame(LeaseDesk desk, int portId, long frame, MemorySegment segment, Throwable takenAt) {
        this.desk = desk;
        this.portId = portId;
        this.frame = frame;
        this.segment = segment;
        this.takenAt = takenAt;
    }

    @Override
    public MemorySegment segment() {
        if (closed.get()) {
            throw new IllegalStateException("the lease is closed; its frame has gone on");
        }
        return segment;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            desk.giveBack(this);
        }
    }
}

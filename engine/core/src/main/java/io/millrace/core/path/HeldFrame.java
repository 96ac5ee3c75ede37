package io.millrace.core.path;

import io.millrace.Lease;
import io.millrace.spi.FrameBuffer;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.MutableDirectBuffer;

/** One lease. A new object for each, so that closing it twice can never give back another stage's frame. */
sealed class HeldFrame implements Lease permits HeldSegments {
    final int portId;
    /** {@link FrameMetadata#identity}. */
    final long frame;

    final Throwable takenAt;

    private final LeaseRegistry desk;
    private final MemorySegment segment;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Null until it is asked for. */
    private FrameBuffer buffer;

    HeldFrame(LeaseRegistry desk, int portId, long frame, MemorySegment segment, Throwable takenAt) {
        this.desk = desk;
        this.portId = portId;
        this.frame = frame;
        this.segment = segment;
        this.takenAt = takenAt;
    }

    @Override
    public MemorySegment segment() {
        requireOpen();
        return segment;
    }

    final void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the lease is closed; its frame has gone on");
        }
    }

    @Override
    public synchronized MutableDirectBuffer buffer() {
        requireOpen();
        if (buffer == null) {
            buffer = newBuffer(segment);
        }
        return buffer;
    }

    /** A buffer that is revoked when the lease or the engine is closed. */
    final FrameBuffer newBuffer(MemorySegment bytes) {
        desk.watch(this);
        FrameBuffer shown = new FrameBuffer();
        shown.show(bytes.address(), (int) bytes.byteSize());
        return shown;
    }

    /** Revokes the buffers that were handed out. */
    synchronized void revokeBuffers() {
        if (buffer != null) {
            buffer.revoke();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            revokeBuffers();
            desk.giveBack(this);
        }
    }
}

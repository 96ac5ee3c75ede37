package io.millrace.core.path;

import io.millrace.Lease;
import io.millrace.LeaseLimitException;
import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameMetadata;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Lends frames to stages beyond their callback. Leases are taken and closed on any thread, but only the poller's thread
 * acts on it: a frame leaves when it has passed the pipeline <em>and</em> all its leases are back, whichever comes
 * last.
 */
public final class LeaseRegistry {
    private final int max;
    private final boolean track;
    private final LeaseLimitException limitReached;
    private final AtomicInteger out = new AtomicInteger();
    private final ManyToOneConcurrentArrayQueue<HeldFrame> closed;
    private final Set<HeldFrame> tracked = ConcurrentHashMap.newKeySet();
    /** The leases whose Agrona buffers have to be revoked. */
    private final Set<HeldFrame> watched = ConcurrentHashMap.newKeySet();

    private final HeldFrames[] held;
    private volatile boolean ended;

    /**
     * @param ports how many ports there are
     * @param max   how many leases may be out at the same time
     * @param track whether each lease remembers where it was taken
     */
    public LeaseRegistry(int ports, int max, boolean track) {
        this.max = max;
        this.track = track;
        this.limitReached = new LeaseLimitException(max);
        this.closed = new ManyToOneConcurrentArrayQueue<>(Math.max(2, max));
        this.held = new HeldFrames[ports];
        for (int i = 0; i < ports; i++) {
            held[i] = new HeldFrames();
        }
    }

    /** The number of open leases. Any thread may call this. */
    public int out() {
        return out.get();
    }

    /** Where the open leases were taken; empty unless leases are tracked. */
    public void forEachTracked(Consumer<Throwable> consumer) {
        tracked.forEach(lease -> consumer.accept(lease.takenAt));
    }

    Lease take(int portId, long frame, MemorySegment segment) {
        return take(portId, frame, segment, null);
    }

    /** @param metadata the metadata of a frame that has several segments, or null */
    Lease take(int portId, long frame, MemorySegment segment, FrameMetadata metadata) {
        int before;
        do {
            before = out.get();
            if (before >= max) {
                throw limitReached;
            }
        } while (!out.compareAndSet(before, before + 1));
        Throwable takenAt = track ? new Throwable("lease taken here") : null;
        HeldFrame lease = metadata == null
                ? new HeldFrame(this, portId, frame, segment, takenAt)
                : new HeldSegments(this, portId, frame, segment, takenAt, metadata);
        if (track) {
            tracked.add(lease);
        }
        return lease;
    }

    /**
     * Notes that a lease has handed out a buffer. Called while holding the lease's lock, as the revocation is.
     *
     * @throws IllegalStateException if the engine is closed
     */
    void watch(HeldFrame lease) {
        watched.add(lease);
        if (ended) {
            watched.remove(lease);
            throw new IllegalStateException("the engine is closed; the lease's frame is no more");
        }
    }

    /** The engine is about to give up its memory: revokes the buffers of the open leases. */
    public void revokeBuffers() {
        ended = true;
        watched.forEach(HeldFrame::revokeBuffers);
        watched.clear();
    }

    /**
     * Hands a closed lease to the poller. The queue has room for every lease that can be open, so this never waits for
     * long.
     */
    void giveBack(HeldFrame lease) {
        if (track) {
            tracked.remove(lease);
        }
        if (!watched.isEmpty()) {
            watched.remove(lease);
        }
        while (!closed.offer(lease)) {
            Thread.onSpinWait();
        }
    }

    /**
     * A leased frame has passed the pipeline. Only the poller's thread may call this.
     *
     * @param frame the frame's {@link FrameMetadata#identity}
     * @return whether all its leases are back, so that it can leave at once; if not, the registry keeps it
     */
    boolean passed(FrameSlot slot, long frame) {
        return held[slot.portId].passed(slot, frame);
    }

    /** Hands the frames that may leave now to the outlet. Only the poller's thread may call this. */
    int settle(Outlet outlet) {
        int settled = 0;
        for (HeldFrame lease = closed.poll(); lease != null; lease = closed.poll()) {
            out.decrementAndGet();
            held[lease.portId].returned(lease, outlet);
            settled++;
        }
        return settled;
    }

    /** Reports the frames of a port that the registry keeps. The poller must have ended. */
    public void audit(int portId, FrameAudit audit) {
        held[portId].audit(audit);
    }

    /** How many frames of a port the registry keeps. */
    public int kept(int portId) {
        return held[portId].kept;
    }
}

package io.millrace.sockets;

import io.millrace.ring.BufferRing;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.FrameReferences;
import io.millrace.ring.Umem;
import io.millrace.spi.EngineLog;
import io.millrace.spi.FrameHolders;
import io.millrace.statistics.FrameCensus;
import org.slf4j.Logger;

/**
 * The memory of a socket port, and where its frames are: free, with the kernel to receive into, or held by the
 * pipeline, by sends and by connections, each of which may hold a part of a frame. Only the poller's thread may use
 * this.
 */
final class SocketFrames {
    private static final Logger LOG = EngineLog.of(SocketFrames.class);

    private final Umem umem;
    private final FramePool pool;
    private final FrameReferences references;
    private final BufferRing ring;
    private final int group;

    SocketFrames(Umem umem, UringDevice.ProvidedBuffers buffers) {
        this.umem = umem;
        this.pool = FramePool.empty(umem);
        this.references = new FrameReferences(umem, pool);
        this.ring = buffers.ring();
        this.group = buffers.group();
        for (int i = 0; i < umem.frameCount(); i++) { // in the order in which the ring takes them
            pool.give(umem.addressOf((i + ring.size()) % umem.frameCount()));
        }
    }

    Umem umem() {
        return umem;
    }

    /** The id by which receives name the buffer ring. */
    int group() {
        return group;
    }

    /** Returns whether the kernel has frames to receive into. */
    boolean canReceive() {
        return ring.held() > 0;
    }

    /** Moves free frames from the pool to the buffer ring, for the kernel to receive into. */
    void refill() {
        if (ring.fillFrom(pool) > 0) {
            ring.publish();
        }
    }

    /** Takes a received frame from the buffer ring; the caller becomes its holder. */
    long received(int bufferId) {
        long frame = ring.take(bufferId);
        references.hold(frame);
        return frame;
    }

    /** Takes the buffer after another one, if one receive has filled several. */
    int next(int bufferId) {
        return ring.next(bufferId);
    }

    /** Takes a free frame, which the caller then holds; -1 if there is none. */
    long take() {
        if (pool.available() == 0) {
            return -1;
        }
        long frame = pool.take();
        references.hold(frame);
        return frame;
    }

    /** The number of frames that {@link #take} can return. */
    int available() {
        return pool.available();
    }

    /** The number of empty frames: free ones, and those with the kernel to receive into. */
    int empty() {
        return pool.available() + ring.held();
    }

    /** The number of a frame's holders. */
    int holders(long address) {
        return references.count(address);
    }

    /** Adds a holder to a frame. */
    void hold(long address) {
        references.hold(address);
    }

    /** Removes a holder; the last one gives the frame back to the pool. */
    void release(long address) {
        references.release(address);
    }

    /** Tells where the frames are while the engine runs; an estimate for other threads. */
    FrameCensus estimate(int inStages, int leased) {
        int held = ring.held();
        int free = Math.max(0, umem.frameCount() - held - references.held());
        return new FrameCensus(umem.frameCount(), free, held, inStages, leased, 0);
    }

    /**
     * Finds every frame and every holder of it, when the engine has stopped. Cold.
     *
     * @param own reports what the port's sends and connections hold
     */
    FrameCensus census(int portId, String portName, FrameHolders stages, FrameHolders own) {
        FrameAudit audit = new FrameAudit(umem);
        audit.add(references);
        audit.add(pool);
        audit.add(ring);
        stages.audit(portId, audit);
        own.audit(portId, audit);
        int leased = audit.count(FrameAudit.Place.LEASE);
        int inStages = audit.count(FrameAudit.Place.STAGE);
        int lost = audit.duplicates() + audit.outside() + audit.missing() + audit.missingHolders();
        if (lost != 0) {
            LOG.error("port {}: the frames at close do not add up: {}", portName, audit);
        }
        // Several holders may share a frame. A frame that is only being sent counts as free, as in a closed socket's
        // rings.
        int held = Math.min(Math.min(leased + inStages, references.held()), umem.frameCount() - lost);
        return new FrameCensus(umem.frameCount(), umem.frameCount() - held - lost, 0, inStages, leased, lost);
    }
}

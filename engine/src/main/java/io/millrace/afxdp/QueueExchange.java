package io.millrace.afxdp;

import io.millrace.core.thread.EngineLog;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.spi.FrameHolders;
import org.slf4j.Logger;

/**
 * Takes the queues of a port whose interface is gone away from the poller, and brings it others when the interface is
 * back. System calls and the search for frames are the link thread's; the poller does its part at the end of a duty
 * cycle, by reading or writing one field, and only while the interface is gone.
 *
 * <pre>
 *   link thread                                   poller
 *   {@link #lose}     ── search ─────────────▶    {@link #search}: empties the RX rings, drops the queues, notes
 *                                                 where frames are
 *   {@link #collect}  ◀─ search.isNoted ──────
 *      closes the sockets, unmaps the rings, finds the frames that the kernel had: some are kept for the next queues
 *                     ── returning ──────────▶    {@link #returned}: the others go to the pool
 *   {@link #bring}    ── arriving ───────────▶    {@link #arrived}: goes on with the new queues
 *      what was kept is in their fill rings
 * </pre>
 */
final class QueueExchange {
    private static final Logger LOG = EngineLog.of(QueueExchange.class);

    private final String portName;
    private final PortMemory memory;
    private volatile FrameSearch search;
    private volatile FramePool returning;
    private volatile PortQueues arriving;
    /** Frames of queues that are gone, for others' fill rings; null while there are queues. Link thread only. */
    private FramePool homeless;

    private int miscounted;
    /** Who has frames beside the port. Set before the poller starts. */
    private FrameHolders holders = (portId, audit) -> {};

    QueueExchange(String portName, PortMemory memory) {
        this.portName = portName;
        this.memory = memory;
    }

    void heldBy(FrameHolders others) {
        holders = others;
    }

    // ---- link thread, and whoever closes the port when that has ended

    /** Asks the poller to let go of the queues. */
    void lose(short place) {
        search = new FrameSearch(memory, place);
    }

    /** Whether there are no queues: their interface was lost, and all that they had has been collected. */
    boolean isCollected() {
        return homeless != null;
    }

    /** Whether the poller has been asked. */
    boolean isAsked() {
        return search != null;
    }

    /** Whether the poller has let go of the queues, and their frames wait to be collected. */
    boolean isLeft() {
        FrameSearch asked = search;
        return asked != null && asked.isNoted();
    }

    /**
     * Takes over the frames that the kernel had, when it has let go of them: sockets closed, rings unmapped.
     *
     * @param kept how many of them new queues will need; the pool gets the others
     */
    void collect(int kept) {
        FrameSearch done = search;
        search = null;
        FramePool found = done.missing();
        if (done.difference() != 0) {
            miscounted += done.difference();
            LOG.error("port {}: frames do not add up at the loss of its interface, {}; report this", portName, done);
        }
        FramePool rest = FramePool.empty(memory.umem());
        while (found.available() > kept) {
            rest.give(found.take());
        }
        homeless = found;
        returning = rest;
    }

    /** Frames found too many or too few; 0 unless the engine is broken. */
    int miscounted() {
        return miscounted;
    }

    /** Free frames to fill new queues with: a copy, so that these are as before if that fails. */
    FramePool homeless() {
        return homeless.copy();
    }

    /** Has the poller go on with new queues, which have all the homeless frames. */
    void bring(PortQueues queues) {
        homeless = null;
        arriving = queues;
    }

    /** Cold: reports the frames that are here. */
    void audit(FrameAudit audit) {
        if (homeless != null) {
            audit.add(homeless);
        }
        if (returning != null) {
            audit.add(returning);
        }
    }

    // ---- poller

    /** What the poller is asked to note, or null. To be looked at before {@link #arrived}: that comes first. */
    FrameSearch search() {
        FrameSearch asked = search;
        return asked == null || asked.isNoted() ? null : asked;
    }

    /** Notes where the frames are that the kernel has not got. */
    void note(FrameSearch asked, long inKernel) {
        asked.note(holders, inKernel);
    }

    /** Frames of the queues that it has let go of, for the pool, once; or null. */
    FramePool returned() {
        FramePool frames = returning;
        if (frames != null) {
            returning = null;
        }
        return frames;
    }

    /** New queues, once; or null. */
    PortQueues arrived() {
        PortQueues queues = arriving;
        if (queues != null) {
            arriving = null;
        }
        return queues;
    }
}

package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.spi.FrameHolders;

/**
 * Finds the frames that the kernel had of queues that are no more. Those that it took out of a ring, and a driver had,
 * are written nowhere: so they are found by elimination, as what is neither free nor with stages or leases, nor, where
 * ports share a UMEM, given to the kernel by another port ({@link FrameLedger}).
 *
 * <p>The poller alone knows what is free and held, at the end of a duty cycle; it copies that and goes on. The search
 * is made, and evaluated, by the thread that asks for it.
 */
final class FrameSearch {
    private final PortMemory memory;
    private final short place;
    private final long[] free;
    private final FrameAudit audit;
    private int freeCount;
    private long expected;
    private long found;
    private volatile boolean noted;

    /** @param place of the port that had the queues, among those whose frames live in the memory */
    FrameSearch(PortMemory memory, short place) {
        this.memory = memory;
        this.place = place;
        free = new long[memory.umem().frameCount()];
        audit = new FrameAudit(memory.umem());
        if (memory.chains() != null) {
            audit.add(memory.chains());
        }
    }

    /**
     * Notes which frames the kernel has not got. The poller, once, when it has let go of the queues.
     *
     * @param inKernel how many the kernel has, by the queues' own count
     */
    void note(FrameHolders holders, long inKernel) {
        freeCount = memory.pool().copyTo(free);
        memory.auditHeld(holders, audit);
        expected = inKernel;
        noted = true;
    }

    /** Whether that has been done; from then on the rest is for the thread that asks. */
    boolean isNoted() {
        return noted;
    }

    /** The frames that the kernel had. Once. */
    FramePool missing() {
        for (int i = 0; i < freeCount; i++) {
            audit.found(FrameAudit.Place.POOL, free[i]);
        }
        FramePool missing = FramePool.empty(memory.umem());
        FrameLedger ledger = memory.ledger();
        audit.giveMissing(missing, index -> ledger == null || ledger.isGivenBy(place, index));
        found = missing.available();
        return missing;
    }

    /** By how many frames that differs from what it has to be: 0, unless the engine is broken. */
    int difference() {
        return audit.duplicates() + audit.outside() + (int) Math.abs(found - expected);
    }

    @Override
    public String toString() {
        return expected + " frames expected in the kernel, " + found + " found: " + audit;
    }
}

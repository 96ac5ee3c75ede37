package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import java.util.function.Consumer;

/**
 * Finds the frames that the kernel had of queues that are gone. Those that a driver took out of a ring are written down
 * nowhere, so they are found by elimination: they are neither free nor with stages or leases, nor, where ports share a
 * UMEM, did another port give them to the kernel ({@link FrameLedger}).
 *
 * <p>Only the poller knows what is free and what is held, at the end of a duty cycle; it {@linkplain #note copies} that
 * and goes on. The link thread makes the search before, and evaluates it after.
 */
final class FrameSearch {
    private final PortMemory memory;
    private final short place;
    private final long[] free;
    private final FrameAudit audit;
    private int freeCount;
    private long expected;
    private long found;

    /** @param place of the port that had the queues, among those whose frames are in the memory */
    FrameSearch(PortMemory memory, short place) {
        this.memory = memory;
        this.place = place;
        this.free = new long[memory.umem().frameCount()];
        this.audit = memory.newAudit();
    }

    /**
     * Notes which frames the kernel has not got. The poller, once, when it has let go of the queues.
     *
     * @param held     reports what is neither free nor in the kernel
     * @param inKernel how many the kernel has, by the queues' own count
     */
    void note(Consumer<FrameAudit> held, long inKernel) {
        freeCount = memory.pool().copyTo(free);
        held.accept(audit);
        expected = inKernel;
    }

    /** The frames that the kernel had. The link thread, once, after {@link #note}. */
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

    /** By how many frames {@link #missing} differs from what it has to be: 0, unless the engine has a bug. */
    int difference() {
        return audit.duplicates() + audit.outside() + (int) Math.abs(found - expected);
    }

    @Override
    public String toString() {
        return expected + " frames expected in the kernel, " + found + " found: " + audit;
    }
}

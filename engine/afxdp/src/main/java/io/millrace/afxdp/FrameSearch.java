package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import java.util.function.Consumer;

/**
 * Finds the frames that the kernel had from queues that are gone. Frames that a driver took out of a ring are recorded
 * nowhere, so they are found by elimination: they are neither free nor with stages or leases, and, where ports share a
 * UMEM, no other port gave them to the kernel ({@link FrameLedger}).
 *
 * <p>Only the poller knows, at the end of a duty cycle, which frames are free and which are held; it {@linkplain #note
 * copies} that and goes on. The link thread makes the search object before, and evaluates it afterwards.
 */
final class FrameSearch {
    private final PortMemory memory;
    private final short place;
    private final long[] free;
    private final FrameAudit audit;
    private int freeCount;
    private long expected;
    private long found;

    /** @param place the place, among the users of the memory, of the port that had the queues */
    FrameSearch(PortMemory memory, short place) {
        this.memory = memory;
        this.place = place;
        this.free = new long[memory.umem().frameCount()];
        this.audit = memory.newAudit();
    }

    /**
     * Notes which frames the kernel does not have. Called once by the poller, when it has let go of the queues.
     *
     * @param held     reports the frames that are neither free nor in the kernel
     * @param inKernel how many frames the kernel has, by the queues' own count
     */
    void note(Consumer<FrameAudit> held, long inKernel) {
        freeCount = memory.pool().copyTo(free);
        held.accept(audit);
        expected = inKernel;
    }

    /** Returns the frames that the kernel had. Called once by the link thread, after {@link #note}. */
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

    /** The difference between the frames found and the queues' own count: 0, unless the engine has a bug. */
    int difference() {
        return audit.duplicates() + audit.outside() + (int) Math.abs(found - expected);
    }

    @Override
    public String toString() {
        return expected + " frames expected in the kernel, " + found + " found: " + audit;
    }
}

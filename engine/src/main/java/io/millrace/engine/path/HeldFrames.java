package io.millrace.engine.path;

import io.millrace.ring.FrameAudit;
import io.millrace.ring.Umem;

/** For each frame of one port how many leases it is waiting for, and how it goes on. Poller's thread only. */
final class HeldFrames {
    private final Umem umem;
    /** Leases taken and not back, once the frame has passed; before that, minus the leases that came back early. */
    private final int[] balance;
    private final boolean[] passed;
    private final long[] addresses;
    private final int[] lengths;
    private final int[] queues;
    private final int[] verdicts;
    volatile int kept;

    HeldFrames(Umem umem) {
        this.umem = umem;
        int frames = umem.frameCount();
        balance = new int[frames];
        passed = new boolean[frames];
        addresses = new long[frames];
        lengths = new int[frames];
        queues = new int[frames];
        verdicts = new int[frames];
    }

    boolean passed(FrameSlot slot) {
        int index = umem.frameIndex(slot.address);
        balance[index] += slot.leases;
        if (balance[index] == 0) {
            return true;
        }
        passed[index] = true;
        addresses[index] = slot.address;
        lengths[index] = slot.length;
        queues[index] = slot.queue;
        verdicts[index] = slot.verdict;
        keep(1);
        return false;
    }

    void returned(HeldFrame lease, Outlet outlet) {
        int index = umem.frameIndex(lease.address);
        balance[index]--;
        if (passed[index] && balance[index] == 0) {
            passed[index] = false;
            keep(-1);
            outlet.leave(lease.portId, queues[index], addresses[index], lengths[index], verdicts[index]);
        }
    }

    private void keep(int change) {
        kept = kept + change; // one writer; volatile for those who read it
    }

    void audit(FrameAudit audit) {
        for (int index = 0; index < passed.length; index++) {
            if (passed[index]) {
                audit.found(FrameAudit.Place.LEASE, addresses[index]);
            }
        }
    }
}

package io.millrace.core.path;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameMetadata;
import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The frames of one port that leases have been taken of: how many each waits for, and how it goes on. A frame is known
 * by its {@link FrameMetadata#identity}, which no other frame has as long as this one has not left: several may share a
 * buffer, and stages may move the start of one. Poller's thread only.
 */
final class HeldFrames {
    /** One frame with leases; used again for another when it has left. */
    private static final class Held {
        final FrameSlot frame = new FrameSlot();
        /** Leases taken and not back, once the frame has passed; before that, minus the leases that came back early. */
        int balance;

        boolean passed;
    }

    private final Long2ObjectHashMap<Held> held = new Long2ObjectHashMap<>();
    private final ArrayDeque<Held> spare = new ArrayDeque<>();
    volatile int kept;

    boolean passed(FrameSlot slot, long frame) {
        Held entry = entry(frame);
        entry.balance += slot.leases;
        if (entry.balance == 0) {
            forget(frame, entry);
            return true;
        }
        entry.passed = true;
        entry.frame.copyFrom(slot);
        keep(1);
        return false;
    }

    void returned(HeldFrame lease, Outlet outlet) {
        Held entry = entry(lease.frame);
        entry.balance--;
        if (entry.passed && entry.balance == 0) {
            keep(-1);
            outlet.leave(entry.frame);
            forget(lease.frame, entry);
        }
    }

    private Held entry(long frame) {
        Held entry = held.get(frame);
        if (entry == null) {
            entry = spare.isEmpty() ? new Held() : spare.pop();
            held.put(frame, entry);
        }
        return entry;
    }

    private void forget(long frame, Held entry) {
        held.remove(frame);
        entry.balance = 0;
        entry.passed = false;
        spare.push(entry);
    }

    private void keep(int change) {
        kept = kept + change; // one writer; volatile for those who read it
    }

    void audit(FrameAudit audit) {
        for (Held entry : held.values()) {
            if (entry.passed) {
                audit.found(FrameAudit.Place.LEASE, entry.frame.address);
            }
        }
    }
}

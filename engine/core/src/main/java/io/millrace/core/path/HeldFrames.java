package io.millrace.core.path;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.FrameMetadata;
import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The leased frames of one port: how many leases each still waits for, and where it goes then. A frame is identified by
 * its {@link FrameMetadata#identity}, which is unique until the frame has left. Its address would not do: several
 * frames may share a buffer, and stages may move the start of a frame. Only the poller's thread may use this.
 */
final class HeldFrames {
    /** One leased frame. The object is used again when the frame has left. */
    private static final class Held {
        final FrameSlot frame = new FrameSlot();
        /**
         * Once the frame has passed the pipeline, the number of its open leases; before that, minus the number of
         * leases that came back early.
         */
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
        kept = kept + change; // there is one writer; the field is volatile for its readers
    }

    void audit(FrameAudit audit) {
        for (Held entry : held.values()) {
            if (entry.passed) {
                audit.found(FrameAudit.Place.LEASE, entry.frame.address);
            }
        }
    }
}

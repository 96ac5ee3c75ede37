package io.millrace.core.path;

import io.millrace.ring.FrameAudit;

/**
 * Run to completion: the poller calls the stages itself, one frame after the other, and there is no slot to wait for.
 */
public final class InlinePipeline implements Pipeline {
    private static final int NONE = -1;

    private final StageRunner[] stages;
    private final Outlet outlet;
    private final FrameSlot slot;
    /** The stage that has the slot, or NONE; the poller writes it, others may look. */
    private int at = NONE;
    /** The stage that ends a batch, or NONE. */
    private int endingAt = NONE;

    private long batches;
    /** Whether any stage looked at the bytes of the last batch. */
    private boolean looks = true;

    public InlinePipeline(StageRunner[] stages, Outlet outlet) {
        this.stages = stages;
        this.outlet = outlet;
        this.slot = outlet.newSlot();
        for (int i = 0; i < stages.length; i++) {
            stages[i].takesFrom(new Place(i));
        }
    }

    /** What waits for a stage here is the frame that it has; the others are still with the ports. */
    private final class Place implements StageQueue {
        private final int index;

        Place(int index) {
            this.index = index;
        }

        @Override
        public long position() {
            return batches;
        }

        @Override
        public long waiting() {
            return at == index || endingAt == index ? 1 : 0;
        }
    }

    @Override
    public int room(int wanted) {
        return wanted;
    }

    @Override
    public boolean looksHere() {
        return looks;
    }

    @Override
    public void frame(int portId, int queue, int connection, long address, int length) {
        FrameSlot current = slot;
        current.set(portId, queue, connection, address, length);
        run(current);
    }

    @Override
    public void event(int portId, int connection, int state) {
        FrameSlot current = slot;
        current.setEvent(portId, connection, state);
        run(current);
    }

    private void run(FrameSlot current) {
        StageRunner[] all = stages;
        for (int i = 0; i < all.length; i++) {
            at = i;
            all[i].run(current);
        }
        at = NONE;
        outlet.finish(current);
    }

    @Override
    public void end() {
        boolean anyLooked = false;
        for (int i = 0; i < stages.length; i++) {
            endingAt = i;
            anyLooked |= stages[i].endBatch();
        }
        endingAt = NONE;
        batches++;
        looks = anyLooked;
        outlet.flushCounters();
    }

    @Override
    public int reclaim() {
        return outlet.settleLeases();
    }

    @Override
    public int inFlight() {
        return 0;
    }

    /** Reports the frame of a port that a stage does not return from. Cold; the poller has been given up. */
    public void audit(int portId, FrameAudit audit) {
        outlet.flushCounters(); // of the batch that did not end
        if (at != NONE && slot.portId == portId && !slot.isEvent()) {
            audit.found(FrameAudit.Place.STAGE, slot.address);
        }
    }
}

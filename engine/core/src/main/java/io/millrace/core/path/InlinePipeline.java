package io.millrace.core.path;

import io.millrace.ring.FrameAudit;
import java.util.stream.Stream;

/**
 * Runs each frame to completion: the poller itself calls the stages, one frame after the other, so that no stage ring
 * is needed.
 */
public final class InlinePipeline implements Pipeline {
    private static final int NONE = -1;

    private final StageRunner[] stages;
    private final StageRunner[] workers;
    private final Outlet outlet;
    private final FrameSlot slot;
    /** The index of the stage that has the slot, or NONE. The poller writes it, other threads may read it. */
    private int at = NONE;
    /** The index of the stage whose batch is being ended, or NONE. */
    private int endingAt = NONE;

    private long batches;
    /** Whether any stage looked at the bytes of the last batch. */
    private boolean looks = true;

    public InlinePipeline(StageRunner[] stages, Outlet outlet) {
        this.stages = stages;
        this.workers = Stream.of(stages).filter(StageRunner::hasOwnWork).toArray(StageRunner[]::new);
        this.outlet = outlet;
        this.slot = outlet.newSlot();
        for (int i = 0; i < stages.length; i++) {
            stages[i].takesFrom(new Place(i));
        }
    }

    /** Only the frame that a stage is working on waits for it here; the others are still in the ports. */
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
    public int doOwnWork() {
        int done = 0;
        for (StageRunner stage : workers) {
            done += stage.doOwnWork();
        }
        return done;
    }

    @Override
    public long nanosUntilOwnWork() {
        long next = Long.MAX_VALUE;
        for (StageRunner stage : workers) {
            next = Math.min(next, stage.nanosUntilOwnWork());
        }
        return next;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    /**
     * Reports the frame that is in a stage which does not return, if it is one of the port's. Cold; the poller has been
     * given up.
     */
    public void audit(int portId, FrameAudit audit) {
        outlet.flushCounters(); // adds the counts of the batch that did not end
        if (at != NONE && slot.portId == portId && !slot.isEvent()) {
            audit.found(FrameAudit.Place.STAGE, slot.address);
        }
    }
}

package io.millrace.engine.path;

import io.millrace.ring.FrameAudit;

/**
 * Run to completion: the poller calls the stages itself, one frame after the other, and there is no slot to wait for.
 */
public final class InlinePipeline implements Pipeline {
    private final StageRunner[] stages;
    private final Outlet outlet;
    private final FrameSlot slot;
    /** Whether the slot is with the stages. */
    private boolean busy;
    /** Whether any stage looked at the bytes of the last batch. */
    private boolean looks = true;

    public InlinePipeline(StageRunner[] stages, Outlet outlet) {
        this.stages = stages;
        this.outlet = outlet;
        this.slot = outlet.newSlot();
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
        busy = true;
        for (StageRunner stage : stages) {
            stage.run(current);
        }
        busy = false;
        outlet.finish(current);
    }

    @Override
    public void end() {
        boolean anyLooked = false;
        for (StageRunner stage : stages) {
            anyLooked |= stage.endBatch();
        }
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
        if (busy && slot.portId == portId && !slot.isEvent()) {
            audit.found(FrameAudit.Place.STAGE, slot.address);
        }
    }
}

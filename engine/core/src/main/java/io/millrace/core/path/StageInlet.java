package io.millrace.core.path;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;

/**
 * Takes the frames of one poller for a {@link PolledStage}. It is a consumer of that poller's stage ring
 * which never waits. Only the stage's thread may use this.
 */
public final class StageInlet {
    private final RingBuffer<FrameSlot> slots;
    private final SequenceBarrier barrier;
    private final StageRunner stage;
    private final int maxBatch;
    private final Sequence sequence = new Sequence();

    StageInlet(RingBuffer<FrameSlot> slots, SequenceBarrier barrier, StageRunner stage, int maxBatch) {
        this.slots = slots;
        this.barrier = barrier;
        this.stage = stage;
        this.maxBatch = maxBatch;
        stage.takesFrom(new StageQueue.OfRing(barrier, sequence));
    }

    StageRunner stage() {
        return stage;
    }

    /** How far the stage has come, for the stages behind it. */
    Sequence sequence() {
        return sequence;
    }

    /** Shows the stage what has come, at most a batch; returns the number of slots. */
    public int handle() {
        long from = sequence.get() + 1;
        long to = Math.min(barrier.getCursor(), from + maxBatch - 1);
        if (to < from) {
            return 0;
        }
        for (long at = from; at <= to; at++) {
            stage.run(slots.get(at));
        }
        stage.endBatch();
        sequence.set(to);
        return (int) (to - from + 1);
    }
}

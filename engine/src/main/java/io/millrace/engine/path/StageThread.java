package io.millrace.engine.path;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;

/** One stage as a consumer of the stage ring. Nothing that it runs throws into the Disruptor. */
public final class StageThread {
    private final StageRunner stage;
    private final BatchEventProcessor<FrameSlot> processor;

    StageThread(RingBuffer<FrameSlot> slots, SequenceBarrier barrier, StageRunner stage, int maxBatch) {
        this.stage = stage;
        this.processor = new BatchEventProcessorBuilder().setMaxBatchSize(maxBatch)
            .build(slots, barrier, new Handler(stage));
    }

    /** The stage's name. */
    public String name() {
        return stage.name();
    }

    Sequence sequence() {
        return processor.getSequence();
    }

    /** The stage's own start; to be called by what {@link #run} runs first. */
    public void start() {
        stage.start();
    }

    /** On the stage's thread: runs {@code first}, then handles frames until {@link #halt}. */
    public void run(Runnable first) {
        first.run();
        try {
            processor.run();
        } finally {
            stage.stop();
        }
    }

    /** Ends {@link #run} after the batch at hand. Any thread. */
    public void halt() {
        processor.halt();
    }

    private record Handler(StageRunner stage) implements EventHandler<FrameSlot> {
        @Override
        public void onEvent(FrameSlot slot, long sequence, boolean endOfBatch) {
            stage.run(slot);
            if (endOfBatch) {
                stage.endBatch();
            }
        }
    }
}

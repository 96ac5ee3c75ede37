package io.millrace.core.path;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import io.millrace.spi.EngineLog;
import org.slf4j.Logger;

/**
 * Runs one stage as a consumer of the stage ring. Nothing that it runs throws into the Disruptor, which would skip a
 * frame then.
 */
public final class StageThread implements StageWorker {
    private static final Logger LOG = EngineLog.of(StageThread.class);

    private final StageRunner stage;
    private final BatchEventProcessor<FrameSlot> processor;
    private volatile boolean halted;

    StageThread(RingBuffer<FrameSlot> slots, SequenceBarrier barrier, StageRunner stage, int maxBatch) {
        this.stage = stage;
        this.processor =
                new BatchEventProcessorBuilder().setMaxBatchSize(maxBatch).build(slots, barrier, new Handler(stage));
        processor.setExceptionHandler(new Rethrow());
        stage.takesFrom(new StageQueue.OfRing(barrier, processor.getSequence()));
    }

    @Override
    public String name() {
        return stage.name();
    }

    Sequence sequence() {
        return processor.getSequence();
    }

    @Override
    public void start() {
        stage.start();
    }

    @Override
    public void run(Runnable first) {
        first.run();
        try {
            while (!halted) {
                handleFrames();
            }
        } finally {
            stage.stop();
        }
    }

    /** An interrupt while the thread waits has nothing to do with a frame; the wait is started again where it was. */
    private void handleFrames() {
        try {
            processor.run();
        } catch (InterruptedWait e) {
            LOG.debug("stage {} was interrupted while it waited for frames", name());
        }
    }

    @Override
    public void halt() {
        halted = true;
        processor.halt();
    }

    private static final class InterruptedWait extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InterruptedWait(Throwable cause) {
            super(cause);
        }
    }

    /** Ends the processor before it moves its sequence past a frame that the stage has not seen. */
    private static final class Rethrow implements ExceptionHandler<FrameSlot> {
        @Override
        public void handleEventException(Throwable e, long sequence, FrameSlot slot) {
            if (e instanceof InterruptedException) {
                throw new InterruptedWait(e);
            }
            throw new IllegalStateException("the stage ring failed at sequence " + sequence, e);
        }

        @Override
        public void handleOnStartException(Throwable e) {
            throw new IllegalStateException(e);
        }

        @Override
        public void handleOnShutdownException(Throwable e) {
            throw new IllegalStateException(e);
        }
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

package io.millrace.core.path;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.util.Util;
import io.millrace.ring.FrameAudit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Each stage on a thread of its own, joined by the LMAX Disruptor. The poller is the only producer of the stage ring
 * and its last consumer: a frame is finished when the sequences of the last stages have passed it, so reclaiming needs
 * no second queue, no reference count and no lock.
 *
 * <pre>
 *      reclaimed          tail: the slowest last stage                  next
 *   ───────┼───────────────────────────┼───────────────────────────────┼──────▶ sequence
 *     free │   finished, to reclaim    │       with the stages         │  free
 * </pre>
 */
public final class StagedPipeline implements Pipeline {
    /** The most slots reclaimed in one duty cycle, so that receiving does not wait for long. */
    private static final int RECLAIM_BATCH = 256;

    private final RingBuffer<FrameSlot> slots;
    private final int size;
    private final Outlet outlet;
    private final List<StageWorker> threads = new ArrayList<>();
    private final List<StageInlet> inlets = new ArrayList<>();
    private Sequence[] tail;
    /**
     * The sequence that the Disruptor lets no producer pass: a slot is free when its frame has left, not when it was
     * handled.
     */
    private final Sequence reclaimed = new Sequence();

    private long next;
    private long published = -1;

    /**
     * Makes a pipeline for one poller, whose stages have a thread each that waits for frames.
     *
     * @param groups     the stages; those of one group run in parallel
     * @param size       the number of slots, a power of two
     * @param stageBatch the most slots that a stage handles before it lets the next one have them
     */
    public StagedPipeline(List<List<StageRunner>> groups, int size, int stageBatch, WaitStrategy wait, Outlet outlet) {
        this(groups, size, stageBatch, wait, due -> new YieldingIdleStrategy(), outlet);
    }

    /**
     * @param polledIdle makes the strategy by which a stage with work of its own waits, since it can't wait on the ring
     */
    public StagedPipeline(
            List<List<StageRunner>> groups,
            int size,
            int stageBatch,
            WaitStrategy wait,
            Function<LongSupplier, IdleStrategy> polledIdle,
            Outlet outlet) {
        this(size, wait, outlet);
        tail = chain(groups, (barrier, stage) -> {
            if (stage.hasOwnWork()) {
                StageInlet inlet = new StageInlet(slots, barrier, stage, stageBatch);
                threads.add(new PolledStage(List.of(inlet), polledIdle));
                return inlet.sequence();
            }
            StageThread thread = new StageThread(slots, barrier, stage, stageBatch);
            threads.add(thread);
            return thread.sequence();
        });
    }

    private StagedPipeline(int size, WaitStrategy wait, Outlet outlet) {
        this.size = size;
        this.outlet = outlet;
        this.slots = RingBuffer.createSingleProducer(outlet::newSlot, size, wait);
        slots.addGatingSequences(reclaimed);
    }

    /**
     * Makes the ring of one of several pollers that share their stages. It has no threads: {@link PolledStage} takes
     * frames from its {@link #inlets}.
     */
    public static StagedPipeline shared(List<List<StageRunner>> groups, int size, int stageBatch, Outlet outlet) {
        // nobody waits on this ring
        StagedPipeline pipeline = new StagedPipeline(size, new BusySpinWaitStrategy(), outlet);
        pipeline.tail = pipeline.chain(groups, (barrier, stage) -> {
            StageInlet inlet = new StageInlet(pipeline.slots, barrier, stage, stageBatch);
            pipeline.inlets.add(inlet);
            return inlet.sequence();
        });
        return pipeline;
    }

    /** Makes each stage a consumer behind the group before it; returns the sequences of the last group. */
    private Sequence[] chain(
            List<List<StageRunner>> groups, BiFunction<SequenceBarrier, StageRunner, Sequence> consumer) {
        Sequence[] before = new Sequence[0];
        for (List<StageRunner> group : groups) {
            SequenceBarrier barrier = slots.newBarrier(before);
            before = group.stream().map(stage -> consumer.apply(barrier, stage)).toArray(Sequence[]::new);
        }
        return before;
    }

    /**
     * The inlets that shared stages take their frames from, in pipeline order; none when the stages have threads of
     * their own.
     */
    public List<StageInlet> inlets() {
        return inlets;
    }

    /** What runs on the stages' threads, in pipeline order; the engine starts and joins the threads. */
    public List<StageWorker> threads() {
        return threads;
    }

    @Override
    public int room(int wanted) {
        return (int) Math.min(wanted, size - (next - 1 - reclaimed.get()));
    }

    @Override
    public boolean looksHere() {
        return false;
    }

    @Override
    public void frame(int portId, int queue, int connection, long address, int length) {
        slots.get(next++).set(portId, queue, connection, address, length);
    }

    @Override
    public void event(int portId, int connection, int state) {
        slots.get(next++).setEvent(portId, connection, state);
    }

    /**
     * Claims the slots that have been written. This is the only producer and there was room, so the claim never parks.
     */
    @Override
    public void end() {
        int count = (int) (next - 1 - published);
        if (count > 0) {
            long claimed = slots.next(count);
            slots.publish(published + 1, claimed);
            published = claimed;
        }
    }

    @Override
    public int reclaim() {
        int settled = outlet.settleLeases();
        long from = reclaimed.get() + 1;
        long to = Math.min(Util.getMinimumSequence(tail, published), from + RECLAIM_BATCH - 1);
        if (to < from) {
            return settled;
        }
        for (long sequence = from; sequence <= to; sequence++) {
            outlet.finish(slots.get(sequence));
        }
        outlet.flushCounters();
        reclaimed.set(to);
        return settled + (int) (to - from + 1);
    }

    /** {@inheritDoc} The stages have threads of their own. */
    @Override
    public int doOwnWork() {
        return 0;
    }

    @Override
    public long nanosUntilOwnWork() {
        return Long.MAX_VALUE;
    }

    @Override
    public int inFlight() {
        return (int) (published - reclaimed.get());
    }

    /** Reports the frames of a port that the stages have. Cold; the poller must have ended. */
    public void audit(int portId, FrameAudit audit) {
        for (long sequence = reclaimed.get() + 1; sequence <= published; sequence++) {
            FrameSlot slot = slots.get(sequence);
            if (slot.portId == portId && !slot.isEvent()) {
                audit.found(FrameAudit.Place.STAGE, slot.address);
            }
        }
    }
}

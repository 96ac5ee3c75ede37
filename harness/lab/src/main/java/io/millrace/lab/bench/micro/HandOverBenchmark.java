package io.millrace.lab.bench.micro;

import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.core.path.StageInlet;
import io.millrace.core.path.StageWorker;
import io.millrace.core.path.StagedPipeline;
import io.millrace.core.stage.DropStage;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A frame's way through one stage behind the Disruptor, by the engine's own classes in batches of 64: it is written to
 * a slot, published, shown to a stage that drops it, and reclaimed. No port, ring or byte takes part.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"})
public class HandOverBenchmark {
    private static final int BATCH = MicroFrames.BATCH;
    /** The defaults of {@code ring-size} and {@code frames}; stages never have more frames than these. */
    private static final int SLOTS = 16_384;

    private static final int FRAMES = 8192;
    private static final long JOIN_MS = 5000;

    /** A stage with a thread of its own, which {@link #handOver} hands frames to. */
    @State(Scope.Thread)
    public static class Threaded {
        private final Arena arena = Arena.ofShared();
        private StagedPipeline pipeline;
        private Thread thread;

        /** Called on the measured thread. */
        @Setup
        public void start() {
            MicroCpu.pin(MicroCpu.MEASURED);
            final MicroStages stages = stages(arena);
            pipeline = new StagedPipeline(
                    List.of(List.of(stages.runner())), SLOTS, BATCH, new YieldingWaitStrategy(), stages.outlet());
            final StageWorker stage = pipeline.threads().getFirst();
            final CompletableFuture<Void> pinned = new CompletableFuture<>();
            thread = Thread.ofPlatform().daemon().name("mr-stage").start(() -> run(stage, pinned));
            pinned.join(); // without that thread the benchmark would wait for ever
        }

        private static void run(StageWorker stage, CompletableFuture<Void> pinned) {
            try {
                MicroCpu.pin(MicroCpu.STAGE);
                pinned.complete(null);
            } catch (RuntimeException e) {
                pinned.completeExceptionally(e);
                return;
            }
            stage.run(stage::start);
        }

        /** Takes all frames back; returns how many that were. */
        int drain() {
            int reclaimed = 0;
            while (pipeline.inFlight() > 0) {
                reclaimed += pipeline.reclaim();
            }
            return reclaimed;
        }

        @TearDown
        public void stop() throws InterruptedException {
            drain();
            pipeline.threads().getFirst().halt();
            thread.join(JOIN_MS);
            arena.close();
        }
    }

    /** A stage that {@link #handOverByOneThread} itself calls. */
    @State(Scope.Thread)
    public static class Cranked {
        private final Arena arena = Arena.ofShared();
        private StagedPipeline pipeline;
        private StageInlet inlet;

        @Setup
        public void start() {
            MicroCpu.pin(MicroCpu.MEASURED);
            final MicroStages stages = stages(arena);
            pipeline = StagedPipeline.shared(List.of(List.of(stages.runner())), SLOTS, BATCH, stages.outlet());
            inlet = pipeline.inlets().getFirst();
        }

        @TearDown
        public void stop() {
            arena.close();
        }
    }

    private static MicroStages stages(Arena arena) {
        final Umem umem = MicroFrames.map(arena, MicroFrames.IPV4, MicroFrames.IPV4_PORT);
        return MicroStages.of(umem, new DropStage());
    }

    /**
     * Two threads hand over, at the rate of the slower one. The thread that hands over also reclaims, as the poller
     * does, and waits when the stage has all frames.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int handOver(Threaded state) {
        final StagedPipeline pipeline = state.pipeline;
        while (pipeline.inFlight() > FRAMES - BATCH) {
            if (pipeline.reclaim() == 0) {
                Thread.onSpinWait();
            }
        }
        offer(pipeline);
        return pipeline.reclaim();
    }

    /**
     * One thread does both halves in turn, which shows the CPU time of the hand-over without cache lines moving between
     * CPUs.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int handOverByOneThread(Cranked state) {
        offer(state.pipeline);
        return state.inlet.handle() + state.pipeline.reclaim();
    }

    private static void offer(StagedPipeline pipeline) {
        for (int i = 0; i < BATCH; i++) {
            pipeline.frame(0, 0, MicroFrames.address(i), MicroFrames.IPV4.length);
        }
        pipeline.end();
    }
}

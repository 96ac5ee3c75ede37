package io.millrace.core.path;

import com.lmax.disruptor.BlockingWaitStrategy;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.core.thread.EngineThread;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Stages over a port of plain memory whose threads run: those of the stages, or the poller's, which turns for ever. */
public final class WatchedStages implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = Crank.port(arena);
    private final Crank crank = new Crank(16, port);
    private final List<Thread> threads = new ArrayList<>();
    private StagedPipeline pipeline;
    private volatile boolean closed;

    private WatchedStages() {}

    /** Each on a thread of its own. */
    public static WatchedStages pipelined(Stage... stages) {
        WatchedStages all = new WatchedStages();
        List<List<StageRunner>> groups = new ArrayList<>();
        for (Stage stage : stages) {
            groups.add(List.of(all.crank.runner(stage, groups.size(), false)));
        }
        all.pipeline = new StagedPipeline(groups, 8, 4, new BlockingWaitStrategy(), all.crank.outlet);
        all.crank.over(all.pipeline);
        all.pipeline.threads().forEach(thread -> all.start(() -> thread.run(thread::start)));
        all.start(all::poll);
        return all;
    }

    /** On the poller's thread. */
    public static WatchedStages inline(Stage... stages) {
        WatchedStages all = new WatchedStages();
        all.crank.inline(stages);
        all.start(() -> {
            all.crank.runners.forEach(StageRunner::start);
            all.poll();
        });
        return all;
    }

    private void start(Runnable task) {
        threads.add(Thread.ofPlatform().start(task));
    }

    private void poll() {
        while (!closed) {
            if (crank.turn() == 0) {
                Thread.yield();
            }
        }
    }

    public boolean isInline() {
        return pipeline == null;
    }

    /** Has frames come in. */
    public void arrive(int count) {
        port.arrive(count, 0);
    }

    public StageRunner runner(int stage) {
        return crank.runners.get(stage);
    }

    /** Waits until a stage is done with so many frames. */
    public void awaitPosition(int stage, long frames) {
        while (runner(stage).statistics().frames() < frames || runner(stage).waiting() > 0) {
            Thread.yield();
        }
    }

    @Override
    public void close() {
        if (pipeline != null) {
            pipeline.threads().forEach(StageWorker::halt);
        }
        closed = true;
        threads.forEach(EngineThread::awaitEnd);
        arena.close();
    }
}

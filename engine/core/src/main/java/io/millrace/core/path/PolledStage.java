package io.millrace.core.path;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * A stage whose thread looks for frames itself, where a {@link StageThread} waits on a ring: because it takes the
 * frames of several pollers, or because it has timers or a source of its own.
 *
 * <p>Each poller keeps a stage ring of which it is the only producer; the stage takes a batch of each in turn, so that
 * pollers never contend for a slot and a frame still finds its way back to the poller that owns it.
 */
public final class PolledStage implements StageWorker {
    private final StageInlet[] inlets;
    private final StageRunner stage;
    private final IdleStrategy idle;
    private volatile boolean halted;

    /**
     * @param inlets the stage's inlet in the ring of each poller
     * @param idle   makes the strategy by which the thread waits, of what tells how long it is until something is due
     */
    public PolledStage(List<StageInlet> inlets, Function<LongSupplier, IdleStrategy> idle) {
        this.inlets = inlets.toArray(StageInlet[]::new);
        this.stage = this.inlets[0].stage(); // the only one of the stage's runners that has a thread
        this.idle = idle.apply(stage::nanosUntilOwnWork);
    }

    @Override
    public String name() {
        return stage.name();
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
                int handled = 0;
                for (StageInlet inlet : inlets) {
                    handled += inlet.handle();
                }
                handled += stage.doOwnWork();
                if (handled == 0) {
                    Thread.interrupted(); // a pending interrupt would turn each wait into a spin
                }
                idle.idle(handled);
            }
        } finally {
            stage.stop();
        }
    }

    @Override
    public void halt() {
        halted = true;
    }
}

package io.millrace.core.path;

import java.util.List;
import org.agrona.concurrent.IdleStrategy;

/**
 * One stage for the frames of several pollers, on one thread. Each poller keeps a stage ring of which it is the only
 * producer; the stage takes a batch of each in turn, so that pollers never contend for a slot and a frame still finds
 * its way back to the poller that owns it.
 */
public final class SharedStage implements StageWorker {
    private final StageInlet[] inlets;
    private final IdleStrategy idle;
    private volatile boolean halted;

    /** @param inlets the stage's inlet in the ring of each poller */
    public SharedStage(List<StageInlet> inlets, IdleStrategy idle) {
        this.inlets = inlets.toArray(StageInlet[]::new);
        this.idle = idle;
    }

    @Override
    public String name() {
        return inlets[0].stage().name();
    }

    @Override
    public void start() {
        inlets[0].stage().start();
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
                idle.idle(handled);
            }
        } finally {
            inlets[0].stage().stop();
        }
    }

    @Override
    public void halt() {
        halted = true;
    }
}

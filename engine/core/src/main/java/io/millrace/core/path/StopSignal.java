package io.millrace.core.path;

/** Tells the stages that the drain time-out has passed: what is still in the pipeline is counted and given back. */
public final class StopSignal {
    private volatile boolean abandoned;

    /** Set once, by the thread that stops the engine. */
    public void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }
}

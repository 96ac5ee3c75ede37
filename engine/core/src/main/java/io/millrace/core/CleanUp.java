package io.millrace.core;

/**
 * Gives back what a start that has failed had opened. Each step runs, whatever the others throw: what they throw goes
 * along with the cause of it all.
 */
final class CleanUp {
    private final Throwable cause;

    /** @param cause why the start has failed */
    CleanUp(Throwable cause) {
        this.cause = cause;
    }

    /** Runs a step. Throws nothing. */
    void step(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            if (e != cause) {
                keep(e);
            }
        }
    }

    private void keep(Throwable thrown) {
        try {
            cause.addSuppressed(thrown);
        } catch (Throwable e) { // for want of memory: the steps that are left count for more
            Thread.yield();
        }
    }
}

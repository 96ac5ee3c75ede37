package io.millrace.core;

/**
 * Gives back what a failed start had opened. Each step runs, whatever the others throw; their exceptions are added to
 * the cause as suppressed ones.
 */
final class CleanUp {
    private final Throwable cause;

    /** @param cause why the start failed */
    CleanUp(Throwable cause) {
        this.cause = cause;
    }

    /** Runs one step. Never throws. */
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
        } catch (Throwable e) { // an OutOfMemoryError, too: the remaining steps must still run
            Thread.yield();
        }
    }
}

package io.millrace.core.path;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** How the wait for frames that were still on their way at a stop has ended. */
public enum Drain {
    /** Nothing is on its way any more. */
    DONE,
    /** The time was not enough. */
    TOO_LATE,
    /** A poller or a stage has failed, so that no frame can go on, however long the stop waits. */
    FAILED;

    private static final long POLL_NS = 500_000;

    /**
     * Waits until pollers that were told to {@linkplain Poller#drain() drain} are drained, or one of them has a {@link
     * Poller#failure}.
     */
    public static Drain await(List<Poller> pollers, long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        for (Poller poller : pollers) {
            while (!poller.drained()) {
                if (poller.failure() != null) {
                    return FAILED;
                }
                if (System.nanoTime() - deadline > 0) {
                    return pollers.stream().allMatch(other -> other.failure() == null) ? TOO_LATE : FAILED;
                }
                pause();
            }
        }
        return DONE;
    }

    /** Sleeps briefly, even in a thread that was interrupted. */
    public static void pause() {
        LockSupport.parkNanos(POLL_NS);
        Thread.interrupted(); // an interrupt would make the next park return at once
    }
}

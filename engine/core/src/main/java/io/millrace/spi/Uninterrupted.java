package io.millrace.spi;

import io.millrace.core.thread.EngineThread;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a port does to the host when it opens or closes, and what an interrupt of the caller must not cut short. An
 * interrupt that comes meanwhile is kept for the caller.
 */
public final class Uninterrupted {
    private static final long BUSY_PAUSE_NS = 10_000_000;

    private Uninterrupted() {}

    /**
     * Runs a task on a thread of its own, which nobody interrupts, and waits for it. For work with files and locks: an
     * interrupt closes Java's file channels, also for later users. The thread is in the caller's namespaces.
     *
     * @return what the task returns; what the task throws is thrown on to the caller
     */
    public static <T> T call(String threadName, Supplier<T> task) {
        FutureTask<T> result = new FutureTask<>(task::get);
        Thread thread = EngineThread.ofCaller(threadName, result);
        thread.start();
        EngineThread.awaitEnd(thread);
        if (result.state() == Future.State.SUCCESS) {
            return result.resultNow();
        }
        switch (result.exceptionNow()) {
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    /**
     * Repeats an attempt a hundred times a second while it fails because a resource is still busy: the kernel releases
     * what a process held only some moments after the process has ended.
     *
     * @param patienceNs how long to go on, in nanoseconds; 0 to try once
     * @param isBusy     tells whether a failure means that the resource is busy
     * @return what the attempt returns; its last failure is thrown
     */
    public static <T> T whileBusy(long patienceNs, Predicate<RuntimeException> isBusy, Supplier<T> attempt) {
        long deadlineNs = System.nanoTime() + patienceNs;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return attempt.get();
                } catch (RuntimeException e) {
                    if (System.nanoTime() - deadlineNs >= 0 || !isBusy.test(e)) {
                        throw e;
                    }
                }
                interrupted |= Thread.interrupted(); // with the flag set, the thread would not sleep
                LockSupport.parkNanos(BUSY_PAUSE_NS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package io.millrace.core.path;

import io.millrace.core.thread.EngineThread;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waits that an interrupt of the caller does not cut short, because they protect memory that is in use, descriptors
 * that another thread works with, or values that have to be put back. An interrupt that comes meanwhile is kept for the
 * caller.
 */
public final class Uninterrupted {
    private static final long FOR_EVER = 0;
    private static final long BUSY_PAUSE_NS = 10_000_000;

    private Uninterrupted() {}

    /** Waits for the end of a thread, for as long as it takes. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            interrupted |= joinOnce(thread, FOR_EVER);
        }
        restore(interrupted);
    }

    /**
     * Waits for the end of a thread until a deadline, and at least a millisecond.
     *
     * @param deadlineNs the deadline by {@link System#nanoTime}
     * @return whether it has ended
     */
    public static boolean join(Thread thread, long deadlineNs) {
        boolean interrupted = false;
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        do {
            interrupted |= joinOnce(thread, Math.max(1, leftMs));
            leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        } while (thread.isAlive() && leftMs > 0);
        restore(interrupted);
        return !thread.isAlive();
    }

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
        join(thread);
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
            restore(interrupted);
        }
    }

    private static boolean joinOnce(Thread thread, long mostMs) {
        try {
            thread.join(mostMs);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.millrace.core.path;

import io.millrace.core.thread.EngineThread;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Waits that an interrupt of the caller does not cut short: they guard memory that is in use, descriptors that another
 * thread works with, and values that have to be put back. An interrupt that comes meanwhile is kept for the caller.
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
     * Waits for the end of a thread, a millisecond at least.
     *
     * @param deadlineNs by {@link System#nanoTime}
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
     * Runs something on a thread of its own, which nobody interrupts, and waits for it. For work with files and locks:
     * an interrupt closes Java's file channels, for whoever uses them next as well. The thread is in the caller's
     * namespaces.
     *
     * @return what the task returns; what it throws is thrown here
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
     * Tries something again, a hundred times a second, as long as it fails because another process has not let go of it
     * yet: the kernel gives back what a process held a moment after the process has ended.
     *
     * @param patienceNs how long to go on; 0 to try once
     * @param isBusy     whether a failure is of that kind
     * @return what the attempt returns; its last failure is thrown here
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
                interrupted |= Thread.interrupted(); // else the thread would not sleep
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

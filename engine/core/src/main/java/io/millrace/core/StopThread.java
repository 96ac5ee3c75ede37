package io.millrace.core;

import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops an engine when asked to. The thread is made and parked when the engine starts, so that a stop needs no memory
 * and no new thread: the lack of them is often what makes an engine stop by itself. A caller who stops the engine only
 * waits for this thread; if the caller is interrupted, the interrupt does not close the files that the stop works with.
 */
final class StopThread {
    private static final long RETRY_NS = 50_000_000;
    private static final int MOST_TRIES = 200;

    private final Thread thread;
    private final Runnable stop;
    private final Runnable ended;
    private volatile boolean requested;
    private volatile Throwable failure;

    /**
     * Starts the thread.
     *
     * @param log   takes what the stop logs
     * @param stop  stops the engine; run again if memory was lacking
     * @param ended runs after it, whether it failed or not
     */
    StopThread(LogQueue log, Runnable stop, Runnable ended) {
        this.stop = stop;
        this.ended = ended;
        this.thread = EngineThread.of(log, "mr-stop", this::run);
        thread.start();
    }

    /** Asks for the stop and returns at once, without allocating. Any thread may call this, more than once. */
    void request() {
        requested = true;
        LockSupport.unpark(thread);
    }

    /**
     * Waits until the engine has stopped. An interrupt does not end the wait and is kept for the caller. On this thread
     * itself it returns at once.
     */
    void await() {
        if (Thread.currentThread() != thread) {
            EngineThread.awaitEnd(thread);
        }
    }

    /** Why the engine did not stop in order, or null. */
    Throwable failure() {
        return failure;
    }

    private void run() {
        while (!requested) {
            LockSupport.park(this);
            Thread.interrupted(); // an interrupt would make the next park return at once
        }
        try {
            tryToStop();
        } finally {
            ended.run();
        }
    }

    private void tryToStop() {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            try {
                stop.run();
                failure = null;
                return;
            } catch (OutOfMemoryError e) {
                failure = e;
                LockSupport.parkNanos(RETRY_NS);
            } catch (Throwable e) {
                failure = e;
                return;
            }
        }
    }
}

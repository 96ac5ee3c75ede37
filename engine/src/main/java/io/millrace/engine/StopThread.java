package io.millrace.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * Stops an engine when it is asked to. The thread is made and parked when the engine starts, so that a stop needs no
 * memory and no new thread: what makes an engine stop by itself is often the lack of them.
 */
final class StopThread {
    private static final long RETRY_NS = 50_000_000;
    private static final int MOST_TRIES = 200;

    private final Thread thread;
    private final Runnable stop;
    private volatile boolean requested;
    private volatile boolean ended;

    /** @param stop stops the engine, on this thread, unless it was stopped by another one */
    StopThread(Runnable stop) {
        this.stop = stop;
        this.thread = EngineThread.of("mr-stop", this::run);
        thread.start();
    }

    /** Asks for the stop and returns. Allocates nothing. Any thread; idempotent. */
    void request() {
        requested = true;
        LockSupport.unpark(thread);
    }

    /** The engine has stopped, whoever did it: the thread ends. Idempotent. */
    void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!requested && !ended) {
            LockSupport.park(this);
            Thread.interrupted(); // an interrupt would make the next park return at once
        }
        for (int tries = 0; !ended && tries < MOST_TRIES; tries++) {
            try {
                stop.run();
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(RETRY_NS);
            }
        }
    }
}

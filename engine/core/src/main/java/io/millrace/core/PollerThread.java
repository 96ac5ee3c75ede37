package io.millrace.core;

import io.millrace.core.path.Poller;
import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs the poller's duty cycle until told to stop. Agrona's {@code AgentRunner} does not suit: an interrupt, which any
 * inline stage may cause, ends its agent silently, and its close waits for ever for a stage that never returns.
 */
final class PollerThread {
    private static final long RETRY_NS = 100_000_000;
    private static final int RETRIES_FOR_HEAP = 50;

    private final Poller poller;
    private final IdleStrategy idle;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean running = true;

    /** @param onFailure called on the poller's thread with what ended it before its time */
    PollerThread(LogQueue log, String name, Poller poller, IdleStrategy idle, Consumer<Throwable> onFailure) {
        this.poller = poller;
        this.idle = idle;
        this.onFailure = onFailure;
        this.thread = EngineThread.of(log, name, new Once(this::run));
    }

    Thread thread() {
        return thread;
    }

    /** Ends the thread after the current duty cycle. Any thread may call this. */
    void halt() {
        running = false;
    }

    private void run() {
        try {
            poller.onStart();
            while (running) {
                int work = poller.doWork();
                if (work == 0) {
                    Thread.interrupted(); // a pending interrupt would turn each wait into a spin
                }
                idle.idle(work);
            }
        } catch (Throwable e) {
            poller.failed(e); // it may have ended in its wait, too: a stop does not wait for its frames
            if (running) {
                onFailure.accept(e);
            }
        } finally {
            close();
        }
    }

    /**
     * Tried again if it fails, because the kernel has to let go of the memory: a second time, and for longer when heap
     * is lacking, which may pass.
     */
    private void close() {
        boolean closed = false;
        for (int retries = 0; !closed; retries++) {
            try {
                poller.onClose();
                closed = true;
            } catch (Throwable e) {
                if (retries == 0) {
                    onFailure.accept(e);
                }
                if (retries >= (e instanceof OutOfMemoryError ? RETRIES_FOR_HEAP : 1)) {
                    throw e;
                }
                pause();
            }
        }
    }

    /** Waits for the time of a retry, although the stop may interrupt the thread, which ends a park. */
    private static void pause() {
        long untilNs = System.nanoTime() + RETRY_NS;
        for (long leftNs = RETRY_NS; leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            Thread.interrupted();
            LockSupport.parkNanos(leftNs);
        }
    }

    /**
     * Drops the reference to what it ran. Where assertions are on, the Disruptor keeps every producer's thread for
     * ever, and the thread would keep the engine's slots.
     */
    private static final class Once implements Runnable {
        private Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            Runnable own = task;
            task = null;
            own.run();
        }
    }
}

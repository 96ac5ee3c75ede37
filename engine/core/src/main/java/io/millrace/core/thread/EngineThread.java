package io.millrace.core.thread;

import java.util.concurrent.TimeUnit;

/**
 * One of an engine's own threads. The thread that starts the engine may be a daemon or a virtual thread; nothing is
 * inherited from it by accident. An engine thread keeps the JVM alive until the engine stops, has normal priority and
 * no inheritable thread-locals. Only the context class loader is the starting thread's, because stages find their
 * services by it. What it logs goes into the engine's {@link LogQueue}.
 */
public final class EngineThread extends Thread {
    private static final long FOR_EVER = 0;

    private final LogQueue log;

    private EngineThread(LogQueue log, String name, Runnable task) {
        super(null, task, name, 0, false);
        this.log = log;
    }

    /**
     * Makes a thread without starting it.
     *
     * @param log takes what it logs; null if it may wait for the log
     */
    public static EngineThread of(LogQueue log, String name, Runnable task) {
        EngineThread thread = new EngineThread(log, name, task);
        thread.setDaemon(false);
        thread.setPriority(NORM_PRIORITY);
        thread.setContextClassLoader(currentThread().getContextClassLoader());
        return thread;
    }

    /** Makes a thread that works for the caller, and logs where the caller does. */
    public static EngineThread ofCaller(String name, Runnable task) {
        return of(logOfCaller(), name, task);
    }

    /** The queue that takes what the calling thread logs; null if the thread may wait for the log. */
    public static LogQueue logOfCaller() {
        return currentThread() instanceof EngineThread caller ? caller.log : null;
    }

    /**
     * Waits for the end of a thread, for as long as it takes. Like {@link #awaitEnd(Thread, long)} it goes on when the
     * caller is interrupted, and keeps the interrupt for the caller: what follows closes what the thread works with.
     */
    public static void awaitEnd(Thread thread) {
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
    public static boolean awaitEnd(Thread thread, long deadlineNs) {
        boolean interrupted = false;
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        do {
            interrupted |= joinOnce(thread, Math.max(1, leftMs));
            leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        } while (thread.isAlive() && leftMs > 0);
        restore(interrupted);
        return !thread.isAlive();
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
            currentThread().interrupt();
        }
    }
}

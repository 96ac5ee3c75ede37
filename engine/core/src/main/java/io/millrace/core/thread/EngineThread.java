package io.millrace.core.thread;

/**
 * One of an engine's own threads. The thread that starts the engine may be a daemon or a virtual thread; nothing is
 * inherited from it by accident. An engine thread keeps the JVM alive until the engine stops, has normal priority and
 * no inheritable thread-locals. Only the context class loader is the starting thread's, because stages find their
 * services by it. What it logs by an {@link EngineLog} goes into the engine's {@link LogQueue}.
 */
public final class EngineThread extends Thread {
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
        return of(currentThread() instanceof EngineThread caller ? caller.log : null, name, task);
    }

    /** The queue that takes the thread's lines, or null. */
    LogQueue log() {
        return log;
    }
}

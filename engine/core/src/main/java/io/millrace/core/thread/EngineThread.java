package io.millrace.core.thread;

/**
 * A thread that an engine consists of. It inherits nothing by accident from the thread that starts the engine, which
 * may be a daemon or a virtual thread: it keeps the JVM alive until the engine stops, has normal priority and no
 * inheritable thread-locals. The context class loader is the starting thread's, by which stages find their services.
 * What it logs by an {@link EngineLog} goes into the engine's {@link LogQueue}.
 */
public final class EngineThread extends Thread {
    private final LogQueue log;

    private EngineThread(LogQueue log, String name, Runnable task) {
        super(null, task, name, 0, false);
        this.log = log;
    }

    /**
     * A thread that is not started yet.
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

    /** The same for a thread that works for the caller, and logs where the caller does. */
    public static EngineThread ofCaller(String name, Runnable task) {
        return of(currentThread() instanceof EngineThread caller ? caller.log : null, name, task);
    }

    /** Where the thread's lines go, or null. */
    LogQueue log() {
        return log;
    }
}

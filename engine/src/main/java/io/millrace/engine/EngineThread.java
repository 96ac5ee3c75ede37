package io.millrace.engine;

/**
 * Makes the threads that an engine consists of. They inherit nothing by accident from the thread that starts the engine,
 * which may be a daemon or a virtual thread: they keep the JVM alive until the engine stops, have normal priority and
 * no inheritable thread-locals. The context class loader is the starting thread's, by which stages find their services.
 */
final class EngineThread {
    private EngineThread() {
    }

    /** A thread that is not started yet. */
    static Thread of(String name, Runnable task) {
        Thread thread = Thread.ofPlatform().name(name).daemon(false).priority(Thread.NORM_PRIORITY)
            .inheritInheritableThreadLocals(false).unstarted(task);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        return thread;
    }
}

package io.millrace.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGINT and SIGTERM as a request to stop: a command then ends in order, with its results and its own exit code, where
 * the JVM's default would end the process under it. A second signal ends the process at once.
 */
public final class StopSignals {
    private static final int SIGNALLED = 130;

    private StopSignals() {}

    /** Calls this, on a thread of its own, at the first signal. */
    public static void onStop(Runnable stop) {
        AtomicBoolean signalled = new AtomicBoolean(); // by either: the second one need not be of the same kind
        handle("INT", signalled, stop);
        handle("TERM", signalled, stop);
    }

    private static void handle(String name, AtomicBoolean signalled, Runnable stop) {
        boolean handled = Signals.handle(name, () -> {
            if (signalled.getAndSet(true)) {
                Runtime.getRuntime().halt(SIGNALLED);
            }
            stop.run();
        });
        if (!handled) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
        }
    }
}

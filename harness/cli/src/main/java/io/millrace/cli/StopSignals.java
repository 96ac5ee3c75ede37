package io.millrace.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes SIGINT and SIGTERM as a request to stop. The command then ends in order, with its results and its own exit
 * code; the JVM's default would end the process without them. A second signal ends the process at once.
 */
public final class StopSignals {
    private static final int SIGNALLED = 130;

    private StopSignals() {}

    /** Runs the action, on a thread of its own, at the first signal. */
    public static void onStop(Runnable stop) {
        AtomicBoolean signalled = new AtomicBoolean(); // by either signal: the second one may be of the other kind
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

package io.millrace.cli;

import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.UringCalls;
import io.millrace.spi.EngineLog;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does on a thread of its own what {@code run} needs in any case and what takes a tenth of a second each, while the
 * main thread reads the command line and the config: making the first logger, and linking the native functions of the
 * duty cycle.
 */
final class HeadStart {
    private static final String COMMAND = "run";
    private static final int NO_RING = -1;

    private static volatile FutureTask<?> logger;

    private HeadStart() {}

    /** Begins, if that is the command. */
    static void begin(String[] args) {
        if (args.length > 0 && args[0].equals(COMMAND)) {
            FutureTask<?> making = new FutureTask<>(() -> EngineLog.of(HeadStart.class));
            logger = making;
            Thread.ofPlatform().daemon().name("mr-head-start").start(() -> {
                making.run();
                link();
            });
        }
    }

    /**
     * Waits until the first logger is there; to be called before anything logs. A line that is logged while slf4j looks
     * for its provider comes late, with a warning of slf4j's own.
     */
    static void awaitLogger() {
        FutureTask<?> making = logger;
        if (making != null) {
            try {
                making.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                return; // the first class that logs meets the same failure, and it is told there
            }
        }
    }

    /** Whoever needs one of these functions while it is being linked waits for that, as the JVM has it for classes. */
    private static void link() {
        // a class whose initialization was refused stays broken, and the engine could no longer say why
        if (!SocketCalls.class.getModule().isNativeAccessEnabled()) {
            return;
        }
        SocketCalls.poll(MemorySegment.NULL, 0, 0);
        try {
            NativeLibrary.LIBURING.require();
            UringCalls.enter(NO_RING, 0, 0, 0, MemorySegment.NULL, 0);
        } catch (MissingLibraryException e) {
            return; // the engine tells, if it has a port that needs the library
        }
    }
}

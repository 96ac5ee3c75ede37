package io.millrace.cli;

import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.UringCalls;
import io.millrace.spi.EngineLog;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Does on a thread of its own what every engine needs and what takes some tenth of a second each, while the main thread
 * reads the command line and the config: making the first logger and linking the native functions of the duty cycle.
 * Whoever comes to one of them while it is being made waits for it.
 */
final class HeadStart {
    private static final Set<String> WITH_ENGINE = Set.of("run", "demo");
    private static final int NO_RING = -1;

    private HeadStart() {}

    /** Begins, if the command is one that starts an engine in this process. */
    static void begin(String[] args) {
        if (args.length > 0 && WITH_ENGINE.contains(args[0])) {
            Thread.ofPlatform().daemon().name("mr-head-start").start(HeadStart::run);
        }
    }

    private static void run() {
        EngineLog.of(HeadStart.class);
        // a class whose initialization was refused stays broken, and the engine could no longer say why
        if (SocketCalls.class.getModule().isNativeAccessEnabled()) {
            SocketCalls.poll(MemorySegment.NULL, 0, 0);
            try {
                NativeLibrary.LIBURING.require();
                UringCalls.enter(NO_RING, 0, 0, 0, MemorySegment.NULL, 0);
            } catch (MissingLibraryException e) {
                return; // the engine tells, if it has a port that needs the library
            }
        }
    }
}

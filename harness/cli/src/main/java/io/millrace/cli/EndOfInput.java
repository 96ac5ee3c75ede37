package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The end of standard input as a request to stop. A process that starts this one with a pipe and keeps its end open
 * takes this one along, however it ends: the kernel closes the pipe.
 */
final class EndOfInput {
    private static final long PATIENCE_S = 15;

    private EndOfInput() {}

    /** Calls this when standard input ends; halts what is still there {@link #PATIENCE_S} seconds later. */
    static void thenDo(Runnable stop) {
        Thread.ofPlatform().name("mr-input").daemon(true).start(() -> {
            awaitEnd();
            stop.run();
            try {
                TimeUnit.SECONDS.sleep(PATIENCE_S);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(ExitCode.FAILED);
        });
    }

    private static void awaitEnd() {
        byte[] ignored = new byte[512];
        try {
            while (System.in.read(ignored) >= 0) {
                continue; // whatever is written there means nothing
            }
        } catch (IOException e) {
            // No input is an end of it.
        }
    }
}

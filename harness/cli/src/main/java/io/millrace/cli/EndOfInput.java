package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Takes the end of standard input as a request to stop. If a process starts this one with a pipe and keeps its end
 * open, this one ends with it, however that ends: the kernel closes the pipe.
 */
final class EndOfInput {
    private static final long PATIENCE_S = 15;

    private EndOfInput() {}

    /**
     * Runs the action when standard input ends, and halts the process {@link #PATIENCE_S} seconds later if it is still
     * there.
     */
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
                continue; // what is written there has no meaning
            }
        } catch (IOException e) {
            // Having no input counts as its end.
        }
    }
}

package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions: as short as they allow, as long as a busy machine may need. */
final class Await {
    private static final long DEADLINE_MS = 20_000;
    private static final long PAUSE_MS = 1;

    private Await() {}

    /** Runs it on a thread of its own: the common pool has one worker on two CPUs. */
    static <T> CompletableFuture<T> background(Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).name("background").start(() -> {
            try {
                future.complete(task.call());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition, DEADLINE_MS);
    }

    /** Fails with what was awaited after the time. */
    static void until(Supplier<String> what, BooleanSupplier condition, long deadlineMs) {
        long deadline = System.nanoTime() + deadlineMs * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("after " + deadlineMs + " ms: not " + what.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted");
        }
    }
}

package io.millrace.core.thread;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineThreadTest {
    @AfterEach
    void forgetInterrupt() {
        Thread.interrupted();
    }

    @Test
    void shouldWaitForAThreadAlthoughTheCallerIsInterrupted() {
        CountDownLatch goOn = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> await(goOn));
        Thread.currentThread().interrupt();
        assertFalse(EngineThread.awaitEnd(thread, System.nanoTime() + 1_000_000));
        Thread.ofPlatform().start(goOn::countDown);
        EngineThread.awaitEnd(thread);
        assertFalse(thread.isAlive());
        assertTrue(Thread.interrupted(), "the caller's interrupt is gone");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

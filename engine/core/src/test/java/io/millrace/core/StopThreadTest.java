package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StopThreadTest {
    @Test
    void stopsOnAThreadThatWasThereBefore() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<Thread> by = new AtomicReference<>();
        StopThread thread = new StopThread(
                new LogQueue(),
                () -> {
                    by.set(Thread.currentThread());
                    stopped.countDown();
                },
                () -> {});
        assertNull(by.get());
        thread.request();
        assertTrue(stopped.await(10, TimeUnit.SECONDS));
        assertEquals("mr-stop", by.get().getName());
    }

    @Test
    void triesAgainWhereMemoryWasLackingAndTellsTheEndOnce() {
        AtomicInteger tries = new AtomicInteger();
        AtomicInteger ends = new AtomicInteger();
        StopThread thread = new StopThread(
                new LogQueue(),
                () -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new OutOfMemoryError("as asked");
                    }
                },
                ends::incrementAndGet);
        thread.request();
        thread.await();
        assertEquals(3, tries.get());
        assertEquals(1, ends.get());
        assertNull(thread.failure());
    }

    @Test
    void tellsWhatKeptItFromStoppingAndEndsAllTheSame() {
        AtomicInteger ends = new AtomicInteger();
        StopThread thread = new StopThread(
                new LogQueue(),
                () -> {
                    throw new IllegalStateException("as asked");
                },
                ends::incrementAndGet);
        Thread.currentThread().interrupt();
        thread.request();
        thread.await();
        assertTrue(Thread.interrupted(), "the caller's interrupt is gone");
        assertEquals("as asked", thread.failure().getMessage());
        assertEquals(1, ends.get());
    }

    @Test
    void inheritsNothingFromTheThreadThatStartsTheEngine() throws InterruptedException {
        AtomicReference<Thread> ofVirtual = new AtomicReference<>();
        Thread.ofVirtual()
                .start(() -> ofVirtual.set(EngineThread.of(null, "mr-test", () -> {})))
                .join();
        AtomicReference<Thread> ofDaemon = new AtomicReference<>();
        Thread.ofPlatform()
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .start(() -> ofDaemon.set(EngineThread.of(null, "mr-test", () -> {})))
                .join();
        assertFalse(ofVirtual.get().isDaemon());
        assertFalse(ofDaemon.get().isDaemon());
        assertEquals(Thread.NORM_PRIORITY, ofDaemon.get().getPriority());
    }
}

package io.millrace.engine;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StopThreadTest {
    @Test
    void stopsOnAThreadThatWasThereBefore() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<Thread> by = new AtomicReference<>();
        StopThread thread = new StopThread(() -> {
            by.set(Thread.currentThread());
            stopped.countDown();
        });
        assertNull(by.get());
        thread.request();
        assertTrue(stopped.await(10, TimeUnit.SECONDS));
        assertEquals("mr-stop", by.get().getName());
    }

    @Test
    void inheritsNothingFromTheThreadThatStartsTheEngine() throws InterruptedException {
        AtomicReference<Thread> ofVirtual = new AtomicReference<>();
        Thread.ofVirtual().start(() -> ofVirtual.set(EngineThread.of("mr-test", () -> { }))).join();
        AtomicReference<Thread> ofDaemon = new AtomicReference<>();
        Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY)
            .start(() -> ofDaemon.set(EngineThread.of("mr-test", () -> { }))).join();
        assertFalse(ofVirtual.get().isDaemon());
        assertFalse(ofDaemon.get().isDaemon());
        assertEquals(Thread.NORM_PRIORITY, ofDaemon.get().getPriority());
    }
}

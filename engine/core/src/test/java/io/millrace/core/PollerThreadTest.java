package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.Drain;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StageRunner;
import io.millrace.core.thread.LogQueue;
import io.millrace.spi.Port;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PollerThreadTest {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONG_NS = TimeUnit.MINUTES.toNanos(5);

    private final OutOfMemoryError fault = new OutOfMemoryError("in a wait");
    private final AtomicReference<Throwable> told = new AtomicReference<>();
    private final Port[] ports = {};
    private final Poller poller = new Poller(
            ports, new InlinePipeline(new StageRunner[0], new Outlet(ports, new LeaseRegistry(0, 1, false))));

    /** The poller is between two duty cycles then. */
    @Test
    @Timeout(60)
    void shouldNotLetAStopWaitForAPollerThatFailedInItsWait() throws Exception {
        poller.drain();
        PollerThread thread = new PollerThread(new LogQueue(), "mr-poller", poller, new FailingWait(), told::set);
        thread.thread().start();
        thread.thread().join();
        assertSame(fault, told.get());
        assertSame(fault, poller.failure());
        assertEquals(Drain.FAILED, Drain.await(List.of(poller), LONG_NS));
    }

    @Test
    @Timeout(60)
    void shouldCloseOnceThereIsHeapAgain() throws Exception {
        int lacking = 4;
        AtomicInteger tries = new AtomicInteger();
        poller.around(() -> {}, () -> {
            if (tries.incrementAndGet() <= lacking) {
                Thread.currentThread().interrupt(); // as the stop does when it has lost patience
                throw new OutOfMemoryError("at the end");
            }
        });
        long startNs = System.nanoTime();
        PollerThread thread = new PollerThread(new LogQueue(), "mr-poller", poller, new FailingWait(), told::set);
        thread.thread().start();
        thread.thread().join();
        assertEquals(lacking + 1, tries.get());
        long tookNs = System.nanoTime() - startNs;
        assertTrue(tookNs > (lacking - 1) * RETRY_NS, () -> "it gave the heap no time: " + tookNs);
    }

    private final class FailingWait implements IdleStrategy {
        @Override
        public void idle(int workCount) {
            throw fault;
        }

        @Override
        public void idle() {
            throw fault;
        }

        @Override
        public void reset() {}
    }
}

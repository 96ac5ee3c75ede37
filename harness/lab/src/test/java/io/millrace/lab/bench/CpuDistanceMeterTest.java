package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.testing.RootOnly;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

@RootOnly
class CpuDistanceMeterTest {
    private static final int TRIES = 20;
    /**
     * The limits of plausible distances: within one core a cache line takes longer than the lower one, across a machine
     * less than the upper one.
     */
    private static final double LEAST_NS = 5;

    private static final double MOST_NS = 20_000;

    private volatile boolean ended;

    @Test
    void shouldMeasureWhileOthersHaveBothCpus() throws Exception {
        int other = Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0;
        Thread[] busy = {spinning(0), spinning(other)};
        try (CpuDistanceMeter meter = new CpuDistanceMeter(0, other)) {
            double ns = Double.NaN;
            for (int i = 0; i < TRIES && Double.isNaN(ns); i++) { // a host may have taken a CPU away
                ns = meter.measureNs();
            }
            assertTrue(other == 0 ? Double.isNaN(ns) : ns > LEAST_NS && ns < MOST_NS, "ns: " + ns);
        } finally {
            ended = true;
            for (Thread thread : busy) {
                thread.join();
            }
        }
    }

    @Test
    void shouldKnowNothingOfTheSameCpu() throws Exception {
        try (CpuDistanceMeter meter = new CpuDistanceMeter(0, 0)) {
            assertTrue(Double.isNaN(meter.measureNs()));
        }
    }

    private Thread spinning(int cpu) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().daemon(true).start(() -> {
            Libc.pinCurrentThread(cpu);
            running.countDown();
            while (!ended) {
                Thread.onSpinWait();
            }
        });
        running.await();
        return thread;
    }
}

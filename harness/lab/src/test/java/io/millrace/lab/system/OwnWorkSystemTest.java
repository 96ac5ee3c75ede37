package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.Timers;
import io.millrace.core.config.EngineConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers and own sources of stages in engines at work, in every mode and way to wait. */
@Timeout(60)
class OwnWorkSystemTest {
    private static final long PERIOD_NS = 7_300_000; // no multiple of how long any thread sleeps
    private static final int ROUNDS = 40;
    /** How late the best half may be at most; a thread that slept through a timer would be some 40 ms late. */
    private static final long LATE_NS = 3_000_000;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Sets a timer at a time, and notes how late each fires. */
    private static final class Ticking implements Stage {
        private final List<Long> lateNs = Collections.synchronizedList(new ArrayList<>());
        private final AtomicReference<Thread> thread = new AtomicReference<>();
        private Timers timers;
        private long deadlineNs;
        private int frames;

        @Override
        public void configure(StageContext context) {
            timers = context.timers();
        }

        @Override
        public void onStart() {
            thread.set(Thread.currentThread());
            deadlineNs = timers.nowNs();
            next();
        }

        private void next() {
            deadlineNs = Math.max(deadlineNs + PERIOD_NS, timers.nowNs());
            timers.schedule(deadlineNs);
        }

        @Override
        public void onFrame(Frame frame) {
            frames++;
        }

        @Override
        public void onTimer(long timerId, long nowNs) {
            if (Thread.currentThread() != thread.get()) {
                throw new IllegalStateException("on another thread");
            }
            lateNs.add(System.nanoTime() - deadlineNs);
            next();
        }
    }

    private Engine start(Ticking stage, String engine) {
        return rig.add(Engine.builder(EngineConfig.parse(UdpRig.config(engine, "", UdpRig.ECHO)))
                .stage("ticking", stage)
                .start());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline, idle = busy-spin",
                "mode = inline, idle = backoff",
                "mode = inline, idle = wait",
                "mode = inline, idle = wait, uring.min-wait = 10ms",
                "mode = pipelined, idle = wait, wait-strategy = busy-spin",
                "mode = pipelined, idle = wait, wait-strategy = yielding",
                "mode = pipelined, idle = wait, wait-strategy = sleeping",
                "mode = pipelined, idle = wait, wait-strategy = blocking"
            })
    void shouldWakeTheStagesThreadInTime(String engineConfig) {
        Ticking stage = new Ticking();
        Engine engine = start(stage, engineConfig);
        Await.until("timers", () -> stage.lateNs.size() >= ROUNDS);
        UdpClient client = rig.client(engine);
        client.send(new byte[] {1, 2, 3});
        assertNotNull(client.receive(), "frames flow, too");
        engine.close();
        assertNull(engine.failure());
        List<Long> late = stage.lateNs.stream().sorted().toList();
        assertTrue(late.getFirst() >= 0, () -> "none before its time: " + late);
        assertTrue(late.get(late.size() / 2) < LATE_NS, () -> "late by ns: " + late);
        assertEquals(1, stage.frames);
        var counted = engine.statistics().stages().getFirst();
        assertEquals(stage.lateNs.size(), counted.timers());
        assertEquals(0, counted.errors());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline, idle = backoff",
                "mode = inline, idle = wait",
                "mode = inline, idle = wait, uring.min-wait = 10ms",
                "mode = pipelined, idle = wait, wait-strategy = blocking"
            })
    void shouldLookAtTheStagesOwnSourceSoon(String engineConfig) {
        ConcurrentLinkedQueue<Long> source = new ConcurrentLinkedQueue<>();
        List<Long> lateNs = Collections.synchronizedList(new ArrayList<>());
        Stage stage = new Stage() {
            @Override
            public void configure(StageContext context) {
                context.poll(() -> {
                    Long sentNs = source.poll();
                    return sentNs == null ? 0 : lateNs.add(System.nanoTime() - sentNs) ? 1 : 0;
                });
            }

            @Override
            public void onFrame(Frame frame) {}
        };
        Engine engine = rig.add(Engine.builder(EngineConfig.parse(UdpRig.config(engineConfig, "", UdpRig.ECHO)))
                .stage("polls", stage)
                .start());
        for (int i = 1; i <= ROUNDS; i++) {
            int count = i;
            source.add(System.nanoTime());
            Await.until("taken", () -> lateNs.size() == count);
        }
        UdpClient client = rig.client(engine);
        client.send(new byte[] {1, 2, 3});
        assertNotNull(client.receive(), "frames flow, too");
        List<Long> late = lateNs.stream().sorted().toList();
        assertTrue(late.get(late.size() / 2) < LATE_NS, () -> "late by ns: " + late);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline, idle = wait", "mode = pipelined, idle = wait, wait-strategy = blocking"})
    void shouldSleepOnAfterAnInterruptThatATimerLeaves(String engineConfig) throws InterruptedException {
        Stage stage = new Stage() {
            private Timers timers;

            @Override
            public void configure(StageContext context) {
                timers = context.timers();
            }

            @Override
            public void onStart() {
                timers.schedule(timers.nowNs());
            }

            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onTimer(long timerId, long nowNs) {
                Thread.currentThread().interrupt();
            }
        };
        Engine engine = rig.add(Engine.builder(EngineConfig.parse(UdpRig.config(engineConfig, "", "{ stage = drop }")))
                .stage("interrupts", stage)
                .start());
        Await.until("fired", () -> engine.statistics().stages().getFirst().timers() == 1);
        if (engineConfig.contains("inline")) {
            EngineThreads.of(engine).assertSleep();
        } else {
            assertTrue(shareOfStage("mr-interrupts") < 0.6, "it spins");
        }
    }

    /** The share of a second in which a stage's thread has a CPU; one that backs off uses little. */
    private static double shareOfStage(String thread) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long id = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals(thread))
                .findFirst()
                .orElseThrow()
                .getThreadId();
        long cpuNs = threads.getThreadCpuTime(id);
        long startNs = System.nanoTime();
        Thread.sleep(1_000);
        return (double) (threads.getThreadCpuTime(id) - cpuNs) / (System.nanoTime() - startNs);
    }

    @Test
    void shouldGoByTheClockThatItWasGiven() throws InterruptedException {
        CachedNanoClock clock = new CachedNanoClock();
        AtomicInteger fired = new AtomicInteger();
        Stage stage = new Stage() {
            private Timers timers;

            @Override
            public void configure(StageContext context) {
                timers = context.timers();
            }

            @Override
            public void onStart() {
                timers.schedule(1_000_000_000_000L);
            }

            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onTimer(long timerId, long nowNs) {
                fired.incrementAndGet();
            }
        };
        rig.add(Engine.builder(EngineConfig.parse(UdpRig.config("mode = inline, idle = wait", "", UdpRig.ECHO)))
                .stage("hours", stage)
                .clock(clock)
                .start());
        Thread.sleep(150);
        assertEquals(0, fired.get());
        clock.update(1_000_000_000_000L);
        Await.until("fired", () -> fired.get() == 1);
    }

    @Test
    void shouldAllocateNothingForATimer() {
        Stage quick = new Stage() {
            private Timers timers;

            @Override
            public void configure(StageContext context) {
                timers = context.timers();
            }

            @Override
            public void onStart() {
                timers.schedule(timers.nowNs());
            }

            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onTimer(long timerId, long nowNs) {
                timers.cancel(timers.schedule(nowNs + PERIOD_NS));
                timers.schedule(nowNs + 1);
            }
        };
        Engine engine = rig.add(
                Engine.builder(EngineConfig.parse(UdpRig.config("mode = inline, idle = busy-spin", "", UdpRig.ECHO)))
                        .stage("quick", quick)
                        .start());
        EngineThreads threads = EngineThreads.of(engine);
        List<Long> rounds = threads.allocated(6, () -> awaitTimers(engine, 100_000));
        assertEquals(0, rounds.getLast(), rounds::toString);
    }

    private static void awaitTimers(Engine engine, long count) {
        long target = engine.statistics().stages().getFirst().timers() + count;
        Await.until("timers", () -> engine.statistics().stages().getFirst().timers() >= target);
    }
}

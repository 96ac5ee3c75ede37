package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interrupts reach the engine's threads and those that call it, and are no reason to lose or to burn anything. */
@Timeout(60)
class InterruptTest {
    private static final ThreadMXBean MX = ManagementFactory.getThreadMXBean();
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final long ECHO_MS = 2_000;
    private static final long WATCHED_MS = 400;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void close() {
        Thread.interrupted();
        rig.close();
    }

    private Engine start(String mode, String idle) {
        return rig.start(
                UdpRig.config("mode = " + mode + ", wait-strategy = blocking, idle = " + idle, "", UdpRig.ECHO));
    }

    private static List<Thread> threads(Engine engine) {
        List<String> names = engine.statistics().engineThreads();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> names.contains(thread.getName()))
                .toList();
    }

    private static List<Thread> helpers() {
        Set<String> names = Set.of("mr-report", "mr-log", "mr-stop");
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> names.contains(thread.getName()))
                .toList();
    }

    private static long cpuNs(List<Thread> threads) {
        return threads.stream()
                .mapToLong(thread -> MX.getThreadCpuTime(thread.threadId()))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({"inline, wait", "inline, backoff", "pipelined, wait", "pipelined, backoff"})
    void shouldSleepOnWhenItsThreadsAreInterrupted(String mode, String idle) throws Exception {
        Engine engine = start(mode, idle);
        UdpClient client = rig.client(engine);
        client.send(MESSAGE);
        assertNotNull(client.receive(ECHO_MS));
        List<Thread> threads = threads(engine);
        assertEquals(engine.statistics().engineThreads().size(), threads.size(), threads::toString);
        List<Thread> helpers = helpers();
        helpers.forEach(Thread::interrupt);
        threads.forEach(Thread::interrupt);
        long before = cpuNs(threads);
        Thread.sleep(WATCHED_MS);
        long usedNs = cpuNs(threads) - before;
        assertTrue(usedNs < TimeUnit.MILLISECONDS.toNanos(WATCHED_MS / 2), () -> "spun for " + usedNs + " ns");
        assertEquals(3, helpers.size(), helpers::toString);
        helpers.forEach(thread -> assertFalse(thread.isInterrupted(), () -> thread + " waits no more"));
        client.send(MESSAGE);
        assertArrayEquals(MESSAGE, client.receive(ECHO_MS));
    }

    @ParameterizedTest
    @CsvSource({"inline, wait", "pipelined, backoff"})
    void shouldCloseInOrderOnAnInterruptedThreadAndKeepItsInterrupt(String mode, String idle) throws Exception {
        Engine engine = start(mode, idle);
        UdpClient client = rig.client(engine);
        client.send(MESSAGE);
        assertNotNull(client.receive(ECHO_MS));
        List<Thread> threads = threads(engine);
        Thread.currentThread().interrupt();
        engine.close();
        assertTrue(Thread.interrupted(), "the caller's interrupt is gone");
        assertTrue(engine.awaitStop(0, TimeUnit.NANOSECONDS));
        assertFalse(threads.stream().anyMatch(Thread::isAlive), threads::toString);
        assertEquals(0, UdpRig.port(engine).unaccounted());
    }
}

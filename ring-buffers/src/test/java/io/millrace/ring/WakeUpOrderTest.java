package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The race between "submit, then ask whether to wake" here and "ask to be woken, then look once more" in the kernel: at
 * least one side must see the other, in every round. Without the full fence both miss, also on x86, hundreds of times.
 */
final class WakeUpOrderTest {
    private static final int MAX_ROUNDS = 1_000_000;
    /** Where there are fewer CPUs than threads, a round takes as long as the scheduler likes. */
    private static final long MAX_TIME_NS = TimeUnit.SECONDS.toNanos(3);

    private static final int MEETINGS = 3;
    /** Steps, of about a nanosecond each, by which the sides are shifted against each other. */
    private static final int MAX_SHIFT = 256;

    private final Arena arena = Arena.ofShared();
    private final RingMemory memory = RingMemory.ofAddresses(arena, 8);
    private final FillRing ring = memory.fillRing();
    private final KernelRing kernel = KernelRing.consumer(memory, Long.BYTES);
    private final boolean[] flagSeen = new boolean[MAX_ROUNDS];
    private final boolean[] entrySeen = new boolean[MAX_ROUNDS];
    private volatile boolean over;
    private int rounds;
    /** Keeps the compiler from removing loops that only take time. */
    private volatile int spent;

    private final AtomicInteger arrivals = new AtomicInteger();

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNeverMissTheFlagWhileTheKernelMissesTheEntry() throws InterruptedException {
        final Thread kernelThread = new Thread(this::runKernel, "kernel-side");
        kernelThread.setDaemon(true);
        kernelThread.start();
        final long deadlineNs = System.nanoTime() + MAX_TIME_NS;
        int shift = 0;
        for (int round = 0; !over; round++) {
            ring.reserve(1);
            ring.address(0, round);
            ring.needsWakeUp();
            meet(MEETINGS * round + 1);
            shift = spend(shift, round * 4 % MAX_SHIFT);
            ring.submit(1);
            flagSeen[round] = ring.needsWakeUp();
            meet(MEETINGS * round + 2);
            rounds = round + 1;
            over = rounds == MAX_ROUNDS || System.nanoTime() - deadlineNs > 0;
            meet(MEETINGS * round + 3);
        }
        kernelThread.join();
        spent = shift;
        assertEquals(0, roundsMissed(), () -> "rounds in which both sides missed the other");
        arena.close();
    }

    private void runKernel() {
        int shift = 0;
        for (int round = 0; !over; round++) {
            kernel.ready();
            meet(MEETINGS * round + 1);
            shift = spend(shift, round / 64 * 4 % MAX_SHIFT);
            kernel.needWakeUp(true);
            entrySeen[round] = kernel.ready() > 0;
            meet(MEETINGS * round + 2);
            kernel.advance(1);
            kernel.needWakeUp(false);
            meet(MEETINGS * round + 3);
        }
        spent = shift;
    }

    private int roundsMissed() {
        int missed = 0;
        for (int round = 0; round < rounds; round++) {
            missed += flagSeen[round] || entrySeen[round] ? 0 : 1;
        }
        return missed;
    }

    /** Both sides leave when both have arrived, within some hundred nanoseconds. */
    private void meet(int meeting) {
        arrivals.incrementAndGet();
        while (arrivals.get() < 2 * meeting) {
            // no onSpinWait: its pause is longer than the window of the race
        }
    }

    /** Takes time without touching memory, which would order things. */
    private static int spend(int seed, int steps) {
        int value = seed;
        for (int i = 0; i < steps; i++) {
            value = value * 31 + i;
        }
        return value;
    }
}

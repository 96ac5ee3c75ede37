package io.millrace.lab.system;

import static io.millrace.bindings.libc.libc_h.CLOCK_TAI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.TransmitListener;
import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Times by their cookies, which count from 0. */
final class TransmitStamps implements TransmitListener {
    private static final int MOST = 1 << 20;

    private final long[] times = new long[MOST];
    private final int[] counts = new int[MOST];
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void onTransmitted(long cookie, long timeNs) {
        times[(int) cookie] = timeNs;
        counts[(int) cookie]++;
        threads.add(Thread.currentThread().getName());
        count.incrementAndGet();
    }

    /** {@code CLOCK_TAI}, by which the kernel stamps in software. */
    static long nowNs() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = timespec.allocate(arena);
            Libc.clockGettime(CLOCK_TAI(), time);
            return timespec.tv_sec(time) * 1_000_000_000 + timespec.tv_nsec(time);
        }
    }

    /** All that were told. */
    int count() {
        return count.get();
    }

    /** How often one was told. */
    int count(int cookie) {
        return counts[cookie];
    }

    long timeNs(int cookie) {
        return times[cookie];
    }

    /** Who told them. */
    Set<String> threads() {
        return threads;
    }

    /** Each of so many once, between two points of time. */
    void assertComplete(int expected, long fromNs, long toNs) {
        assertEquals(expected, count.get());
        for (int i = 0; i < expected; i++) {
            int cookie = i;
            assertEquals(1, counts[i], () -> "times of frame " + cookie);
            assertTrue(
                    times[i] >= fromNs && times[i] <= toNs,
                    () -> "frame " + cookie + " at " + times[cookie] + ", not in " + fromNs + " to " + toNs);
        }
        assertTrue(threads.stream().allMatch(thread -> thread.startsWith("mr-poller")), threads::toString);
    }
}

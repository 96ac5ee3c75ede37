package io.millrace.lab.vm.guest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for conditions, for the checks. */
final class Pause {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private Pause() {}

    static void ms(long ms) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long leftNs = endNs - System.nanoTime(); leftNs > 0; leftNs = endNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    /** Waits until the condition holds; returns whether it came to that in time. */
    static boolean until(BooleanSupplier condition, long limitMs) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(limitMs)) {
                return false;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return true;
    }

    /** Waits until a count has stood still for so long; returns it. */
    static long untilQuiet(LongSupplier count, long quietMs) {
        long last = count.getAsLong();
        long sinceNs = System.nanoTime();
        while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(quietMs)) {
            LockSupport.parkNanos(POLL_NS);
            long now = count.getAsLong();
            if (now != last) {
                last = now;
                sinceNs = System.nanoTime();
            }
        }
        return last;
    }
}

package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.CLOCK_TAI;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells the time of {@code CLOCK_TAI}, by which the kernel stamps frames that it sends in copy mode. That clock is read
 * once. Later times are computed from it by the JVM's clock, which runs at the same rate and needs no system call that
 * would allocate. Setting the system's clock has no effect on it.
 */
final class TaiClock {
    private static final long SECOND_NS = 1_000_000_000;

    private final long offsetNs;

    /** Reads the clock; any thread may ask for the time afterwards. */
    TaiClock() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = timespec.allocate(arena);
            long beforeNs = System.nanoTime();
            Libc.clockGettime(CLOCK_TAI(), time);
            long afterNs = System.nanoTime();
            offsetNs = timespec.tv_sec(time) * SECOND_NS + timespec.tv_nsec(time) - beforeNs - (afterNs - beforeNs) / 2;
        }
    }

    /** The time in nanoseconds since 1970; leap seconds are not taken out, as {@code CLOCK_TAI} counts them. */
    long nowNs() {
        return System.nanoTime() + offsetNs;
    }
}

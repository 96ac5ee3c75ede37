package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.CLOCK_TAI;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code CLOCK_TAI}, which the kernel stamps frames with that it sends in copy mode: read once, and carried on by the
 * JVM's own clock, which runs at the same rate and takes no system call that would allocate. It does not follow when
 * the system's clock is set anew.
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

    /** In nanoseconds since 1970, without leap seconds. */
    long nowNs() {
        return System.nanoTime() + offsetNs;
    }
}

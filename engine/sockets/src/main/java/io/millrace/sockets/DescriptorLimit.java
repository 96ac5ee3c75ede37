package io.millrace.sockets;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.rlimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Tells how many descriptors the process may have open. Cold. */
final class DescriptorLimit {
    /** asm-generic/resource.h. */
    private static final int RLIMIT_NOFILE = 7;

    private DescriptorLimit() {}

    /** The limit ({@code ulimit -n}), which the JVM has raised at its start as far as it may. */
    static long ofProcess() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(arena);
            Libc.getrlimit(RLIMIT_NOFILE, limit);
            long most = rlimit.rlim_cur(limit);
            return most < 0 ? Long.MAX_VALUE : most; // RLIM_INFINITY is all ones
        }
    }
}

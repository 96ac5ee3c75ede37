package io.millrace.lab.bench.micro;

import io.millrace.bindings.Libc;

/**
 * Where the threads that are measured run, which the suite says by system properties; the kernel decides where these
 * are not set. Only these threads are pinned: a JVM whose compilers shared the CPU would take long to warm up.
 */
final class MicroCpu {
    /** CPU of the thread that is measured. */
    static final String MEASURED = "millrace.micro.cpu";
    /** CPU of a stage's thread. */
    static final String STAGE = "millrace.micro.stage-cpu";

    private MicroCpu() {}

    /** Keeps the calling thread where a property says. */
    static void pin(String property) {
        final int cpu = Integer.getInteger(property, -1);
        if (cpu >= 0) {
            Libc.pinCurrentThread(cpu);
        }
    }
}

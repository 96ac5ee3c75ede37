package io.millrace.lab.bench.micro;

import io.millrace.bindings.Libc;

/**
 * The CPUs of the measured threads, which the suite sets by system properties; without them the kernel decides. Only
 * these threads are pinned, because a JVM whose compilers shared the CPU would take long to warm up.
 */
final class MicroCpu {
    /** CPU of the thread that is measured. */
    static final String MEASURED = "millrace.micro.cpu";
    /** CPU of a stage's thread. */
    static final String STAGE = "millrace.micro.stage-cpu";

    private MicroCpu() {}

    /** Pins the calling thread to the CPU that a property names. */
    static void pin(String property) {
        final int cpu = Integer.getInteger(property, -1);
        if (cpu >= 0) {
            Libc.pinCurrentThread(cpu);
        }
    }
}

package io.millrace.spi;

import io.millrace.statistics.KernelStatistics;

/** The role of a port for which the kernel counts losses that never reached the engine. */
public interface KernelCounted {
    /** The kernel's counts. Any thread may call this, also when the port is closed. */
    KernelStatistics kernelStatistics();
}

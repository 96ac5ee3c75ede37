package io.millrace.spi;

import io.millrace.statistics.KernelStatistics;

/** A port for which the kernel counts what never reached the engine. */
public interface KernelCounted {
    /** What the kernel has counted. Any thread, also when the port is closed. */
    KernelStatistics kernelStatistics();
}

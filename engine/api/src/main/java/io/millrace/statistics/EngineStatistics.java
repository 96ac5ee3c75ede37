package io.millrace.statistics;

import java.util.List;

/**
 * A snapshot of an engine's statistics; after the close the final one.
 *
 * @param durationNs    time since the engine started to receive, in nanoseconds
 * @param allocBytes    bytes of heap that the engine's threads have allocated since then
 * @param engineThreads names of those threads
 * @param logDropped    lines of the engine's threads that were dropped because the log did not take them
 * @param uring         the statistics of the poller's io_uring, or null if no port needs one
 */
public record EngineStatistics(
        long durationNs,
        long allocBytes,
        List<String> engineThreads,
        List<PortStatistics> ports,
        List<StageStatistics> stages,
        UringStatistics uring,
        long logDropped) {
    public EngineStatistics {
        engineThreads = List.copyOf(engineThreads);
        ports = List.copyOf(ports);
        stages = List.copyOf(stages);
    }

    /** Returns the same statistics with another count of dropped lines. */
    public EngineStatistics withLogDropped(long lines) {
        return new EngineStatistics(durationNs, allocBytes, engineThreads, ports, stages, uring, lines);
    }
}

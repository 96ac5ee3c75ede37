package io.millrace.statistics;

import java.util.List;

/**
 * A snapshot of an engine; after the close the final one.
 *
 * @param durationNs    since the engine started to receive
 * @param allocBytes    bytes of heap that the engine's threads have allocated since then
 * @param engineThreads names of those threads
 * @param logDropped    lines that the engine's threads logged and that were dropped, since the log took none
 * @param uring         what the poller counted of its io_uring, or null when no port needs one
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

    /** The same with another count of dropped lines. */
    public EngineStatistics withLogDropped(long lines) {
        return new EngineStatistics(durationNs, allocBytes, engineThreads, ports, stages, uring, lines);
    }
}

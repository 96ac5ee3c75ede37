package io.millrace.core.config;

/**
 * The {@code engine} block.
 *
 * @param mode           which thread runs the stages
 * @param ringSize       slots of the Disruptor, a power of two; not used in inline mode
 * @param waitStrategy   how stage threads wait; not used in inline mode
 * @param idle           what the poller does without work
 * @param pollers        how many threads poll
 * @param stages         whose stages they are when there are several pollers
 * @param cpus           pinning
 * @param onError        what happens after a stage threw
 * @param drainTimeoutNs how long a stop waits for frames that are still on their way, in nanoseconds
 * @param stuckAfterNs   how long a stage may make no progress before it is told, in nanoseconds
 * @param stateDir       the folder for notes of what has to be put back on the host
 * @param uring          the io_uring of ports of type {@code udp} and {@code tcp}
 */
public record EngineSettings(
        Mode mode,
        int ringSize,
        WaitKind waitStrategy,
        IdleKind idle,
        Pollers pollers,
        StageSharing stages,
        CpuPlan cpus,
        OnError onError,
        long drainTimeoutNs,
        long stuckAfterNs,
        String stateDir,
        UringSettings uring) {}

package io.millrace.core.config;

import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.OptionalInt;

/**
 * The CPUs that threads are pinned to.
 *
 * @param poller  the poller's when there is one, empty to leave it to the scheduler
 * @param pollers those of the pollers when there is one for each queue, from the first again when there are more
 * queues;
 *                empty to leave them to the scheduler
 * @param stages  those of the stage threads, in pipeline order, from the first again when there are more stages; empty
 *                to leave them to the scheduler
 */
public record CpuPlan(OptionalInt poller, List<Integer> pollers, List<Integer> stages) {
    /** Nothing is pinned. */
    public static final CpuPlan UNPINNED = new CpuPlan(OptionalInt.empty(), List.of(), List.of());

    public CpuPlan {
        pollers = List.copyOf(pollers);
        stages = List.copyOf(stages);
    }

    /** What the {@code engine} block says. */
    public static CpuPlan of(Settings engine) {
        return new CpuPlan(
                engine.get(EngineKeys.POLLER_CPU).map(OptionalInt::of).orElse(OptionalInt.empty()),
                engine.get(EngineKeys.POLLER_CPUS),
                engine.get(EngineKeys.STAGE_CPUS));
    }

    /** Of the poller of this number. */
    public OptionalInt ofPoller(int number) {
        return pollers.isEmpty() ? poller : OptionalInt.of(pollers.get(number % pollers.size()));
    }
}

package io.millrace.core.config;

import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Settings;
import java.util.List;
import java.util.OptionalInt;

/**
 * The CPUs that threads are pinned to.
 *
 * @param poller  the CPU of the only poller; empty to leave it to the scheduler
 * @param pollers the CPUs of the pollers when there is one for each queue, used again from the first when there are
 *                more queues; empty to leave them to the scheduler
 * @param stages  the CPUs of the stage threads in pipeline order, used again from the first when there are more stages;
 *                empty to leave them to the scheduler
 */
public record CpuPlan(OptionalInt poller, List<Integer> pollers, List<Integer> stages) {
    /** A plan that pins nothing. */
    public static final CpuPlan UNPINNED = new CpuPlan(OptionalInt.empty(), List.of(), List.of());

    public CpuPlan {
        pollers = List.copyOf(pollers);
        stages = List.copyOf(stages);
    }

    /** The plan of the {@code engine} block. */
    public static CpuPlan of(Settings engine) {
        return new CpuPlan(
                engine.get(EngineKeys.POLLER_CPU).map(OptionalInt::of).orElse(OptionalInt.empty()),
                engine.get(EngineKeys.POLLER_CPUS),
                engine.get(EngineKeys.STAGE_CPUS));
    }

    /** The CPU of the poller with this number. */
    public OptionalInt ofPoller(int number) {
        return pollers.isEmpty() ? poller : OptionalInt.of(pollers.get(number % pollers.size()));
    }
}

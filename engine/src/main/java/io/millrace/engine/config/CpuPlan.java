package io.millrace.engine.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * The CPUs that threads are pinned to.
 *
 * @param poller the poller's, empty to leave it to the scheduler
 * @param stages those of the stage threads, in pipeline order, from the first again when there are more stages; empty
 *               to leave them to the scheduler
 */
public record CpuPlan(OptionalInt poller, List<Integer> stages) {
    /** Nothing is pinned. */
    public static final CpuPlan UNPINNED = new CpuPlan(OptionalInt.empty(), List.of());

    public CpuPlan {
        stages = List.copyOf(stages);
    }
}

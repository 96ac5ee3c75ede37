package io.millrace.core.config;

import java.util.List;

/** One step of the pipeline: a stage, or several that look at the same frame at the same time. */
public record StageGroup(List<StageSpec> stages) {
    public StageGroup {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a group has at least one stage");
        }
    }

    /** Returns whether its stages run in parallel. */
    public boolean isParallel() {
        return stages.size() > 1;
    }
}

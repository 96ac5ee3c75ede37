package io.millrace.core.config;

import io.millrace.core.stage.BuiltInStages;
import io.millrace.spi.PortType;
import io.millrace.spi.Problems;
import java.util.List;

/**
 * Checks that a stage which cuts byte streams has a port with streams, and is the first in the pipeline and the only
 * one of its kind.
 */
final class FramerRule {
    private final Problems problems;
    private final boolean hasStreams;
    private final PortTypes types;
    private StageSpec first;

    /** @param hasStreams whether there is a port of a type that has byte streams */
    FramerRule(Problems problems, boolean hasStreams, PortTypes types) {
        this.types = types;
        this.problems = problems;
        this.hasStreams = hasStreams;
    }

    void check(List<List<StageSpec>> groups) {
        for (int i = 0; i < groups.size(); i++) {
            for (StageSpec stage : groups.get(i)) {
                if (stage.kind() != null && BuiltInStages.find(stage.kind()).isFramer()) {
                    String problem = problem(stage, i, groups.get(i).size());
                    if (problem != null) {
                        problems.add(stage.line(), "pipeline[" + i + "] is " + stage.kind() + ", " + problem);
                    }
                }
            }
        }
    }

    private String problem(StageSpec stage, int index, int parallel) {
        if (first != null) {
            return "and " + first.kind() + " cuts the streams already; keep one of them";
        }
        first = stage;
        if (!hasStreams) {
            return "and no port has a byte stream to cut; add a port with type = " + types.names(PortType::hasStreams)
                    + ", or remove the stage";
        }
        return index == 0 && parallel == 1
                ? null
                : "whose frames all other stages see; move it to the start of the pipeline, outside inner lists";
    }
}

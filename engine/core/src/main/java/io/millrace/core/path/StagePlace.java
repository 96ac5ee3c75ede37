package io.millrace.core.path;

/**
 * Where a stage stands in the pipeline.
 *
 * @param stageIndex   counted from 0 in pipeline order
 * @param firstOfGroup index of the first stage that runs in parallel to it; its own if none does
 * @param grouped      whether it is in a list of parallel stages, whatever the mode
 * @param concurrent   whether other stages see the same frame at the same time
 */
public record StagePlace(int stageIndex, int firstOfGroup, boolean grouped, boolean concurrent) {
    /** The place of a stage whose group, if it is in one, runs at the same time. */
    public StagePlace(int stageIndex, int firstOfGroup, boolean concurrent) {
        this(stageIndex, firstOfGroup, concurrent, concurrent);
    }
}

package io.millrace.engine.path;

/**
 * Where a stage stands in the pipeline.
 *
 * @param stageIndex   counted from 0 in pipeline order
 * @param firstOfGroup index of the first stage that runs in parallel to it; its own if none does
 * @param concurrent   whether other stages see the same frame at the same time
 */
public record StagePlace(int stageIndex, int firstOfGroup, boolean concurrent) {
}

package io.millrace.engine.counters;

/** A snapshot of one stage: frames shown to it, and those of them that it threw for. */
public record StageStatistics(String name, long frames, long errors) {
    /** Both together, of the same stage in two lanes. */
    public StageStatistics plus(StageStatistics other) {
        return new StageStatistics(name, frames + other.frames, errors + other.errors);
    }
}

package io.millrace.engine.counters;

/** A snapshot of one stage: frames shown to it, and those of them that it threw for. */
public record StageStatistics(String name, long frames, long errors) {
}

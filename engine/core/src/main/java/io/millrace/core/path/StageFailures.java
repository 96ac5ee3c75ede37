package io.millrace.core.path;

/** Hears of every exception that a stage throws, on the stage's thread. */
@FunctionalInterface
public interface StageFailures {
    /** Must not throw. */
    void report(String stageName, Throwable failure);
}

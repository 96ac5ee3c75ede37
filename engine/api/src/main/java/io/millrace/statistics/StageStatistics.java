package io.millrace.statistics;

/**
 * A snapshot of one stage's statistics.
 *
 * @param frames  frames shown to the stage
 * @param errors  frames, events, timers and looks at its own source for which it threw an exception
 * @param waiting frames and events that it was handed and is not done with; after the close those that a stage which
 *                does not return keeps. In inline mode only the one that it is working on: others wait in the ports
 * @param left    frames that it was not shown, because {@code drain-timeout} had passed
 * @param stuckNs how long it has made no progress while frames wait, in nanoseconds; 0 below {@code stuck-after}
 * @param stalls  how often that time reached {@code stuck-after}
 * @param timers  how many of its timers have fired
 */
public record StageStatistics(
        String name, long frames, long errors, long waiting, long left, long stuckNs, long stalls, long timers) {
    /** Returns the sum of the same stage's statistics in two lanes. */
    public StageStatistics plus(StageStatistics other) {
        return new StageStatistics(
                name,
                frames + other.frames,
                errors + other.errors,
                waiting + other.waiting,
                left + other.left,
                Math.max(stuckNs, other.stuckNs),
                stalls + other.stalls,
                timers + other.timers);
    }
}

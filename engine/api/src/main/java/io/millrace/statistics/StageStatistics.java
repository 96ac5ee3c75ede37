package io.millrace.statistics;

/**
 * A snapshot of one stage.
 *
 * @param frames  frames shown to it
 * @param errors  those of them that it threw for
 * @param waiting frames and events that it was handed and is not done with; after the close those that a stage which
 *                does not return keeps. In inline mode the one that it has; what waits for it is with the ports
 * @param left    frames that it was not shown, because {@code drain-timeout} had passed
 * @param stuckNs how long it has made no progress while frames wait; 0 below {@code stuck-after}
 * @param stalls  how often that came to {@code stuck-after}
 */
public record StageStatistics(
        String name, long frames, long errors, long waiting, long left, long stuckNs, long stalls) {
    /** Both together, of the same stage in two lanes. */
    public StageStatistics plus(StageStatistics other) {
        return new StageStatistics(
                name,
                frames + other.frames,
                errors + other.errors,
                waiting + other.waiting,
                left + other.left,
                Math.max(stuckNs, other.stuckNs),
                stalls + other.stalls);
    }
}

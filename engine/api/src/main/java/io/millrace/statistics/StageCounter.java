package io.millrace.statistics;

/**
 * What is counted for a stage, by the stage's thread unless stated otherwise. The ids are stable, since tools outside
 * the process rely on them.
 */
public enum StageCounter {
    FRAMES(101, "frames shown to the stage"),
    ERRORS(102, "frames, events, timers and looks at its own source that the stage threw for"),
    LEFT(103, "frames that the stage was not shown, because the drain time-out had passed"),
    /** Written by the thread that watches the stages. */
    STALLS(104, "times that the stage was stuck: it made no progress for stuck-after, and frames waited"),
    TIMERS(105, "timers of the stage that have fired");

    private final int typeId;
    private final String meaning;

    StageCounter(int typeId, String meaning) {
        this.typeId = typeId;
        this.meaning = meaning;
    }

    /** The type id in the counters' metadata. */
    public int typeId() {
        return typeId;
    }

    /** The counter's meaning in one line. */
    public String meaning() {
        return meaning;
    }
}

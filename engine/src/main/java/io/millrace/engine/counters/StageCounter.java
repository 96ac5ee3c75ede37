package io.millrace.engine.counters;

/** What a stage's thread counts. Ids are stable: tools outside the process rely on them. */
public enum StageCounter {
    FRAMES(101, "frames shown to the stage"),
    ERRORS(102, "frames that the stage threw for");

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

    /** One line for people. */
    public String meaning() {
        return meaning;
    }
}

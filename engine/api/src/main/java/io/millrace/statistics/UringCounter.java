package io.millrace.statistics;

/** What the poller counts for its io_uring. The ids are stable, since tools outside the process rely on them. */
public enum UringCounter {
    ENTERS(201, "system calls that submitted, or fetched completions"),
    WAITS(202, "system calls that slept until something completed"),
    OVERFLOWS(203, "duty cycles that found completions waiting for room in the completion queue"),
    FAILURES(204, "system calls that failed");

    private final int typeId;
    private final String meaning;

    UringCounter(int typeId, String meaning) {
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

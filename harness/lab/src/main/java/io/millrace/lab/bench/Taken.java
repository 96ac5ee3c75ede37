package io.millrace.lab.bench;

/** A turn that was taken, whatever it measured. */
interface Taken {
    /** Above this share the figures say more about other processes. */
    double MUCH = 0.1;

    /** The contender whose turn it was. */
    String contender();

    /**
     * The share of the time that the contender, or who sends to it if that is more, waited for its CPU because
     * something else had it.
     */
    double waited();

    /** Says what did not add up, or "". */
    String problem();

    /** True when others had so much of the CPUs that the figures say more about them. */
    default boolean disturbed() {
        return waited() > MUCH;
    }
}

package io.millrace.harness.vm.guest;

/** One thing that has to hold on a zero-copy driver. */
interface GuestCheck {
    /** In a few words, unique. */
    String name();

    /** Whether it is done only when it is asked for by name. */
    default boolean isOptional() {
        return false;
    }

    /**
     * Does it.
     *
     * @throws Exception whatever goes wrong: the check has failed then
     */
    void run(GuestNetwork network, Findings findings) throws Exception;
}

package io.millrace.lab.vm.guest;

/** One thing that has to hold on a zero-copy driver. */
interface GuestCheck {
    /** In a few words, unique. */
    String name();

    /**
     * Does it.
     *
     * @throws Exception whatever goes wrong: the check has failed then
     */
    void run(GuestNetwork network, Findings findings) throws Exception;
}

package io.millrace.lab.vm.guest;

/** A check of something that has to hold on a zero-copy driver. */
interface GuestCheck {
    /** The check's name in a few words, which is unique. */
    String name();

    /**
     * Runs the check.
     *
     * @throws Exception if anything goes wrong; the check has then failed
     */
    void run(GuestNetwork network, Findings findings) throws Exception;
}

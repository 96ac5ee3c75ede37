package io.millrace.core.config;

import java.util.OptionalInt;

/**
 * The {@code engine.uring} block: the io_uring that all ports of type {@code udp} and {@code tcp} share.
 *
 * @param submission   entries of the submission queue, a power of two
 * @param completion   entries of the completion queue, a power of two, at least twice {@code submission}
 * @param sqPoll       whether a kernel thread fetches the submissions
 * @param sqPollCpu    the CPU that this thread is pinned to, empty to leave it to the scheduler
 * @param sqPollIdleNs how long it spins without submissions before it sleeps, in nanoseconds
 * @param busyPollNs   how long a wait polls the network card's driver, in nanoseconds; 0 is off
 * @param minWaitNs    how long a sleeping poller takes no notice of single completions, in nanoseconds; 0 is off
 */
public record UringSettings(
        int submission,
        int completion,
        boolean sqPoll,
        OptionalInt sqPollCpu,
        long sqPollIdleNs,
        long busyPollNs,
        long minWaitNs) {
    /** The same ring for who can't be kept waiting. */
    public UringSettings withoutMinWait() {
        return new UringSettings(submission, completion, sqPoll, sqPollCpu, sqPollIdleNs, busyPollNs, 0);
    }
}

package io.millrace.ring;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** {@link SubmissionQueue#beforeFlags}: of the flag and the submission, at least one is seen by the other side. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "woken once more than needed")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "woken")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the kernel's thread found it by itself")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the kernel's thread sleeps on a submission")
@State
public class SubmissionWakeUpStress {
    private final UringKernelSide kernel = UringKernelSide.of(Arena.ofAuto(), 2, 2);
    private final SubmissionQueue queue = kernel.submissionQueue();

    @Actor
    public void poller(ZZ_Result result) {
        queue.claim();
        queue.publish();
        queue.beforeFlags();
        result.r1 = queue.flags() == SubmissionQueue.NEED_WAKEUP;
    }

    @Actor
    public void kernel(ZZ_Result result) {
        kernel.flag(SubmissionQueue.NEED_WAKEUP, true);
        result.r2 = kernel.submitted() > 0;
    }
}

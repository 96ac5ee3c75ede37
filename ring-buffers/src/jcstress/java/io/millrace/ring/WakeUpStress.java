package io.millrace.ring;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The full fence of {@link KernelWords}: of the flag and the entry, at least one is seen by the other side. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "woken once more than needed")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "woken")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the kernel found it by itself")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the kernel sleeps on a ring that has an entry")
@State
public class WakeUpStress {
    private final RingMemory memory = RingMemory.ofAddresses(Arena.ofAuto(), 2);
    private final FillRing ring = memory.fillRing();
    private final KernelRing kernel = KernelRing.consumer(memory, Long.BYTES);

    @Actor
    public void poller(ZZ_Result result) {
        ring.reserve(1);
        ring.address(0, 1);
        ring.submit(1);
        result.r1 = ring.needsWakeUp();
    }

    @Actor
    public void kernel(ZZ_Result result) {
        kernel.needWakeUp(true);
        result.r2 = kernel.ready() > 0;
    }
}

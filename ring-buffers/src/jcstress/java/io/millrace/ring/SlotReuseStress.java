package io.millrace.ring;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** D and A of {@link KernelWords}: an entry is written again only after it was read. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "read before the kernel found room")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "read, then written again")
@Outcome(expect = Expect.FORBIDDEN, desc = "written while it was read")
@State
public class SlotReuseStress {
    private final RingMemory memory = RingMemory.ofAddresses(Arena.ofAuto(), 1);
    private final FillRing kernel = memory.fillRing();
    private final CompletionRing ring = memory.completionRing();

    public SlotReuseStress() {
        kernel.reserve(1);
        kernel.address(0, 1);
        kernel.submit(1);
    }

    @Actor
    public void poller(II_Result result) {
        if (ring.peek(1) == 1) {
            result.r1 = (int) ring.address(0);
            ring.release(1);
        }
    }

    @Actor
    public void kernel(II_Result result) {
        result.r2 = kernel.reserve(1);
        if (result.r2 == 1) {
            kernel.address(0, 2);
            kernel.submit(1);
        }
    }
}

package io.millrace.ring;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** B and C of {@link KernelWords} with a tail of 16 bits: whoever sees it sees the buffer, even beside the tail. */
@JCStressTest
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "2048, 2048, 0", expect = Expect.ACCEPTABLE, desc = "there, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a buffer seen too early")
@State
public class BufferHandOverStress {
    private final Arena arena = Arena.ofAuto();
    private final Umem umem = Umem.over(arena.allocate(2 * 2048, 4096), 2048);
    private final KernelBuffers kernel = KernelBuffers.of(arena, umem, 2);
    private final BufferRing ring = kernel.bufferRing();

    @Actor
    public void poller() {
        ring.add(2048);
        ring.publish();
    }

    @Actor
    public void kernel(III_Result result) {
        if (kernel.available() == 1) {
            result.r1 = (int) kernel.address();
            result.r2 = kernel.length();
            result.r3 = kernel.id();
        } else {
            result.r1 = result.r2 = result.r3 = -1;
        }
    }
}

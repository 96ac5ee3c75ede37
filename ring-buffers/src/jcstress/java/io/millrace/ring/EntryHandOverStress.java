package io.millrace.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** B and C of {@link KernelWords}: whoever sees the producer cursor sees the entry, and the bytes of its frame. */
@JCStressTest
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "not there yet")
@Outcome(id = "60, 256, 42", expect = Expect.ACCEPTABLE, desc = "there, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry, or a frame, seen too early")
@State
public class EntryHandOverStress {
    private final Arena arena = Arena.ofAuto();
    private final RingMemory memory = RingMemory.ofDescriptors(arena, 2);
    private final MemorySegment frame = arena.allocate(Long.BYTES);
    private final TxRing kernel = memory.txRing();
    private final RxRing ring = memory.rxRing(true);

    @Actor
    public void kernel() {
        frame.set(ValueLayout.JAVA_INT, 0, 42);
        kernel.reserve(1);
        kernel.frame(0, 256, 60);
        kernel.submit(1);
    }

    @Actor
    public void poller(III_Result result) {
        if (ring.peek(1) == 1) {
            result.r1 = ring.length(0);
            result.r2 = (int) ring.address(0);
            result.r3 = frame.get(ValueLayout.JAVA_INT, 0);
        } else {
            result.r1 = result.r2 = result.r3 = -1;
        }
    }
}

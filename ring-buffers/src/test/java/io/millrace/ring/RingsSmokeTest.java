package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class RingsSmokeTest {
    @Test
    void shouldBringEachFrameHomeWhenItWentRoundOnce() {
        try (Arena arena = Arena.ofConfined()) {
            final Umem umem = Umem.map(arena, 16, 2048, HugePages.OFF);
            final FramePool pool = new FramePool(umem);
            final KernelSide kernel = KernelSide.of(arena, umem, 8);
            final FillRing fill = kernel.fillRing();
            final RxRing rx = kernel.rxRing();
            final TxRing tx = kernel.txRing();
            final CompletionRing completion = kernel.completionRing();
            for (int i = fill.reserve(8) - 1; i >= 0; i--) {
                fill.address(i, pool.take());
            }
            fill.submit(8);
            assertEquals(5, kernel.receive(5, 60));
            assertEquals(5, rx.peek(64));
            assertEquals(5, tx.reserve(5));
            for (int i = 0; i < 5; i++) {
                tx.frame(i, rx.address(i), rx.length(i));
            }
            tx.submit(5);
            rx.release(5);
            assertEquals(4, kernel.transmit(4));
            assertEquals(4, completion.peek(8));
            final FrameAudit audit = new FrameAudit(umem);
            audit.add(pool);
            audit.add(fill);
            audit.add(rx);
            audit.add(tx);
            audit.add(completion);
            assertTrue(audit.balanced(), audit::toString);
            assertEquals(1, audit.count(FrameAudit.Place.TX_RING));
        }
    }
}

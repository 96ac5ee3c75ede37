package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Frames go round all four rings and the pool, on one thread, and not a byte of heap is allocated. The JVM books what
 * it allocates for itself on a thread, to link code again say, to that thread; so one round of several must be clean,
 * which an allocation per frame, batch or call would never leave.
 */
final class RingAllocationTest {
    private static final int RING_SIZE = 256;
    private static final int BATCH = 64;
    private static final int WARM_UP = 1_000_000;
    private static final int FRAMES = 10_000_000;
    private static final int ROUNDS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingOnceConstructed() {
        try (Arena arena = Arena.ofShared()) {
            final Umem umem = Umem.over(arena.allocate(2 * RING_SIZE * 2048L, 4096), 2048);
            final Circle circle = new Circle(KernelSide.of(arena, umem, RING_SIZE), new FramePool(umem));
            circle.run(WARM_UP);
            assertEquals(0, leastAllocated(circle), "bytes allocated for " + FRAMES + " frames");
        }
    }

    private long leastAllocated(Circle circle) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            circle.run(FRAMES);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static final class Circle {
        private final KernelSide kernel;
        private final FramePool pool;
        private final FillRing fill;
        private final RxRing rx;
        private final TxRing tx;
        private final CompletionRing completion;

        Circle(KernelSide kernel, FramePool pool) {
            this.kernel = kernel;
            this.pool = pool;
            this.fill = kernel.fillRing();
            this.rx = kernel.rxRing();
            this.tx = kernel.txRing();
            this.completion = kernel.completionRing();
        }

        void run(int frames) {
            int done = 0;
            while (done < frames) {
                done += turn();
            }
        }

        private int turn() {
            final int filled = Math.min(fill.reserve(BATCH), pool.available());
            for (int i = 0; i < filled; i++) {
                fill.address(i, pool.take());
            }
            fill.submit(filled);
            kernel.receive(BATCH, 60);
            final int count = Math.min(rx.peek(BATCH), tx.reserve(BATCH));
            for (int i = 0; i < count; i++) {
                tx.frame(i, rx.address(i), rx.length(i) + rx.options(i));
            }
            rx.release(count);
            tx.submit(count);
            if (fill.needsWakeUp() || tx.needsWakeUp() || tx.pending() > tx.size()) {
                throw new AssertionError("nobody asked to be woken");
            }
            kernel.transmit(BATCH);
            final int sent = completion.peek(BATCH);
            for (int i = 0; i < sent; i++) {
                pool.give(completion.address(i));
            }
            completion.release(sent);
            return sent;
        }
    }
}

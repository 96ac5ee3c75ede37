package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames go round fill, RX, TX and completion between two threads, each with a number in its bytes that both sides
 * check: an entry or a byte seen too early or too late, a frame in two places or in none, ends the test.
 */
final class RingHandOverTest {
    private static final int FRAMES = 256;
    private static final int RING_SIZE = 64;
    private static final int BATCH = 16;
    private static final long PACKETS = 3_000_000;
    private static final int WRAP_START = -100_000;

    private final Arena arena = Arena.ofShared();
    private final Umem umem = Umem.over(arena.allocate(FRAMES * 2048L, 4096), 2048);
    private final KernelSide kernel = new KernelSide(
            umem,
            RingMemory.ofAddresses(arena, RING_SIZE).startAt(WRAP_START),
            RingMemory.ofDescriptors(arena, RING_SIZE).startAt(WRAP_START),
            RingMemory.ofDescriptors(arena, RING_SIZE).startAt(WRAP_START),
            RingMemory.ofAddresses(arena, RING_SIZE).startAt(WRAP_START));
    private final FramePool pool = new FramePool(umem);
    private final FillRing fill = kernel.fillRing();
    private final RxRing rx = kernel.rxRing();
    private final TxRing tx = kernel.txRing();
    private final CompletionRing completion = kernel.completionRing();

    private volatile Throwable kernelFailure;
    private volatile boolean over;
    private long received;
    private long completed;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLoseAndReorderNothingWhenTheKernelRunsOnAnotherThread() throws InterruptedException {
        final Thread kernelThread = new Thread(this::runKernel, "kernel-side");
        kernelThread.setDaemon(true);
        kernelThread.start();
        try {
            while (completed < PACKETS && kernelFailure == null) {
                if (complete() + forward() + refill() == 0) {
                    Thread.yield();
                }
            }
        } finally {
            over = true;
            kernelThread.join();
        }
        assertNull(kernelFailure);
        assertEquals(PACKETS, received);
        assertEveryFrameIsInOnePlace();
        arena.close();
    }

    private void runKernel() {
        try {
            final SequenceSource source = new SequenceSource();
            final SequenceSink sink = new SequenceSink();
            while (!over) {
                if (source.receive() + kernel.transmit(BATCH, sink) == 0) {
                    Thread.yield();
                }
            }
        } catch (final Throwable failure) {
            kernelFailure = failure;
        }
    }

    private int forward() {
        final int count = Math.min(rx.peek(BATCH), tx.reserve(BATCH));
        for (int i = 0; i < count; i++) {
            final long address = rx.address(i);
            final int length = rx.length(i);
            final long number = umem.memory().get(ValueLayout.JAVA_LONG, address);
            if (number != received || length != lengthOf(number)) {
                throw new AssertionError("received " + number + "/" + length + " instead of " + received);
            }
            umem.memory().set(ValueLayout.JAVA_LONG, address, ~number);
            tx.frame(i, address, length);
            received++;
        }
        tx.submit(count);
        rx.release(count);
        return count;
    }

    private int complete() {
        final int count = completion.peek(BATCH);
        for (int i = 0; i < count; i++) {
            pool.give(completion.address(i));
        }
        completion.release(count);
        completed += count;
        return count;
    }

    private int refill() {
        final int count = Math.min(fill.reserve(BATCH), pool.available());
        for (int i = 0; i < count; i++) {
            fill.address(i, pool.take());
        }
        fill.submit(count);
        return count;
    }

    private void assertEveryFrameIsInOnePlace() {
        final FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        audit.add(fill);
        audit.add(rx);
        audit.add(tx);
        audit.add(completion);
        assertTrue(audit.balanced(), audit::toString);
    }

    private static int lengthOf(long number) {
        return 60 + (int) (number % 1000);
    }

    /** Receives packets that carry their number. */
    private final class SequenceSource {
        private final MemorySegment packet = arena.allocate(2048, 8);
        private final MemorySegment[] packets = new MemorySegment[1000];
        private long next;

        SequenceSource() {
            for (int i = 0; i < packets.length; i++) {
                packets[i] = packet.asSlice(0, lengthOf(i));
            }
        }

        int receive() {
            int count = 0;
            while (count < BATCH && next < PACKETS) {
                packet.set(ValueLayout.JAVA_LONG, 0, next);
                if (!kernel.receive(packets[(int) (next % packets.length)])) {
                    break;
                }
                next++;
                count++;
            }
            return count;
        }
    }

    /** Checks that packets leave in order, with the bytes that our half wrote, and spoils them. */
    private final class SequenceSink implements KernelSide.Wire {
        private long expected;

        @Override
        public void sent(long address, int length, int options) {
            final long number = ~umem.memory().get(ValueLayout.JAVA_LONG, address);
            if (number != expected || length != lengthOf(number)) {
                throw new AssertionError("sent " + number + "/" + length + " instead of " + expected);
            }
            umem.memory().set(ValueLayout.JAVA_LONG, address, 0);
            expected++;
        }
    }
}

package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Frames go round the buffer ring, two holders, both queues and the pool, on one thread, and not a byte of heap is
 * allocated; one round of several must be clean, as in {@link RingAllocationTest}.
 */
final class UringAllocationTest {
    private static final int SIZE = 256;
    private static final int BATCH = 64;
    private static final int WARM_UP = 1_000_000;
    private static final int FRAMES = 5_000_000;
    private static final int ROUNDS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingOnceConstructed() {
        try (Arena arena = Arena.ofShared()) {
            final Circle circle = new Circle(arena, Umem.mapBuffers(arena, 2 * SIZE, 2048, HugePages.OFF));
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

    private static final class Circle implements UringKernelSide.Operation {
        private static final long RECEIVE = -1;

        private final UringKernelSide kernel;
        private final KernelBuffers kernelBuffers;
        private final SubmissionQueue submissions;
        private final CompletionQueue completions;
        private final BufferRing buffers;
        private final FramePool pool;
        private final FrameReferences references;
        private final MemorySegment packet;
        private int sends;
        private int sent;

        Circle(Arena arena, Umem umem) {
            this.kernel = UringKernelSide.of(arena, SIZE, 2 * SIZE);
            this.kernelBuffers = KernelBuffers.of(arena, umem, SIZE);
            this.submissions = kernel.submissionQueue();
            this.completions = kernel.completionQueue();
            this.buffers = kernelBuffers.bufferRing();
            this.pool = new FramePool(umem);
            this.references = new FrameReferences(umem, pool);
            this.packet = arena.allocate(60);
        }

        void run(int frames) {
            sent = 0;
            while (sent < frames) {
                turn();
            }
        }

        private void turn() {
            while (pool.available() > 0 && buffers.hasRoom()) {
                buffers.add(pool.take());
            }
            buffers.publish();
            for (int i = 0; i < BATCH && kernelBuffers.available() > 0; i++) {
                kernel.receive(kernelBuffers, packet, RECEIVE);
            }
            sends = 0;
            complete();
            if (submissions.publish() != sends || submissions.pending() != sends) {
                throw new AssertionError("the kernel took some by itself");
            }
            submissions.beforeFlags();
            if ((submissions.flags() | completions.lost()) != 0 || kernel.take(BATCH, this) != sends) {
                throw new AssertionError("nobody asked for anything");
            }
            complete();
            if (references.held() + pool.available() + buffers.held() != pool.capacity()) {
                throw new AssertionError("a frame is lost");
            }
        }

        private void complete() {
            final int count = completions.peek(completions.size());
            for (int i = 0; i < count; i++) {
                final long userData = completions.userData(i);
                if (userData == RECEIVE) {
                    received(completions.result(i), completions.flags(i));
                } else {
                    references.release(userData);
                    sent++;
                }
            }
            completions.release(count);
        }

        private void received(int length, int flags) {
            final int id = CompletionQueue.bufferId(flags);
            final long frame = buffers.take(id);
            references.hold(frame);
            references.hold(frame);
            send(frame, length + buffers.next(id));
            if (references.count(frame) != 2) {
                throw new AssertionError("a holder is lost");
            }
            references.release(frame);
        }

        private void send(long frame, int length) {
            final int room = submissions.room();
            final long at = submissions.claim();
            if (room == 0 || at == SubmissionQueue.FULL || submissions.slot(at) >= submissions.size()) {
                throw new AssertionError("no room");
            }
            final MemorySegment entries = submissions.entries();
            SubmissionEntry.write(entries, at, 1, 2, frame, length, frame);
            SubmissionEntry.flags(entries, at, 3);
            SubmissionEntry.ioPriority(entries, at, 4);
            SubmissionEntry.operationFlags(entries, at, 5);
            SubmissionEntry.offset(entries, at, 6);
            SubmissionEntry.buffer(entries, at, 7);
            SubmissionEntry.destination(entries, at, 8, 9);
            SubmissionEntry.spliceFrom(entries, at, 10, frame);
            sends++;
        }

        @Override
        public void submitted(MemorySegment entries, long at) {
            kernel.complete(KernelWords.loadLongPlain(entries, at + 32), 0, 0);
        }
    }
}

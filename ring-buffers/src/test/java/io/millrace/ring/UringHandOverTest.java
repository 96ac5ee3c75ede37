package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.bindings.uring.io_uring_sqe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames go round buffer ring, completions and submissions between two threads, each with a number in its bytes that
 * both sides check: an entry or a byte seen too early or too late, a frame in two places or in none, ends the test.
 */
final class UringHandOverTest {
    private static final int SIZE = 64;
    private static final int FRAMES = 4 * SIZE;
    private static final int WRAP_START = -100_000;
    private static final long PACKETS = 500_000;
    private static final long RECEIVE = -1;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final Arena arena = Arena.ofShared();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, 2048, HugePages.OFF);
    private final UringKernelSide kernel = new UringKernelSide(new UringMemory(arena, SIZE, SIZE).startAt(WRAP_START));
    private final KernelBuffers kernelBuffers = KernelBuffers.of(arena, umem, SIZE);
    private final SubmissionQueue submissions = kernel.submissionQueue();
    private final CompletionQueue completions = kernel.completionQueue();
    private final BufferRing buffers = kernelBuffers.bufferRing();
    private final FramePool pool = new FramePool(umem);
    private final FrameReferences references = new FrameReferences(umem, pool);

    private volatile Throwable kernelFailure;
    private volatile boolean over;
    private long received;
    private long sent;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLoseAndReorderNothingWhenTheKernelRunsOnAnotherThread() throws InterruptedException {
        final Thread kernelThread = new Thread(this::runKernel, "kernel-side");
        kernelThread.setDaemon(true);
        kernelThread.start();
        try {
            while (sent < PACKETS && kernelFailure == null) {
                if (turn() == 0) {
                    Thread.yield();
                }
            }
        } finally {
            over = true;
            kernelThread.join();
        }
        assertNull(kernelFailure);
        assertEquals(PACKETS, received);
        assertEquals(0, references.held());
        final FrameAudit audit = new FrameAudit(umem);
        audit.add(references);
        audit.add(pool);
        audit.add(buffers);
        assertEquals("frames 256, POOL " + pool.available() + ", BUFFER_RING " + buffers.held(), audit.toString());
        arena.close();
    }

    private int turn() {
        while (pool.available() > 0 && buffers.hasRoom()) {
            buffers.add(pool.take());
        }
        buffers.publish();
        final int count = completions.peek(Math.min(SIZE, submissions.room()));
        for (int i = 0; i < count; i++) {
            final long userData = completions.userData(i);
            if (userData == RECEIVE) {
                received(buffers.take(CompletionQueue.bufferId(completions.flags(i))), completions.result(i));
            } else {
                references.release(userData);
                sent++;
            }
        }
        completions.release(count);
        submissions.publish();
        return count;
    }

    private void received(long frame, int length) {
        references.hold(frame);
        final long number = umem.memory().get(LONG, frame);
        if (number != received || length != Long.BYTES) {
            throw new AssertionError("received " + number + "/" + length + " instead of " + received);
        }
        received++;
        umem.memory().set(LONG, frame, ~number);
        final long at = submissions.claim();
        SubmissionEntry.write(submissions.entries(), at, 1, 2, frame, length, frame);
    }

    private void runKernel() {
        try {
            final Network network = new Network();
            while (!over) {
                if (kernel.take(SIZE, network) + network.receive() == 0) {
                    Thread.yield();
                }
                kernel.flush();
            }
        } catch (final Throwable failed) {
            kernelFailure = failed;
        }
    }

    /** Sends packets that carry their number, and checks that they come back in order. */
    private final class Network implements UringKernelSide.Operation {
        private final MemorySegment packet = arena.allocate(LONG);
        private long next;
        private long expected;

        int receive() {
            int count = 0;
            while (next < PACKETS && count < SIZE && kernelBuffers.available() > 0 && kernel.waiting() == 0) {
                packet.set(LONG, 0, next++);
                kernel.receive(kernelBuffers, packet, RECEIVE);
                count++;
            }
            return count;
        }

        @Override
        public void submitted(MemorySegment entries, long at) {
            final MemorySegment entry = entries.asSlice(at, SubmissionEntry.LENGTH);
            final long frame = io_uring_sqe.addr(entry);
            final long number = ~umem.memory().get(LONG, frame);
            if (number != expected || io_uring_sqe.len(entry) != Long.BYTES) {
                throw new AssertionError("sent " + number + " instead of " + expected);
            }
            expected++;
            kernel.complete(io_uring_sqe.user_data(entry), Long.BYTES, 0);
        }
    }
}

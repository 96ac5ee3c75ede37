package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Objects that are used after the arena was closed throw, and never access the freed memory. */
final class ClosedArenaTest {
    private static final int SIZE = 8;

    @Test
    void shouldThrowOnEveryAccessWhenTheArenaIsClosed() {
        final Arena arena = Arena.ofShared();
        final Umem umem = Umem.map(arena, SIZE, 2048, HugePages.OFF);
        final KernelSide kernel = KernelSide.of(arena, umem, SIZE);
        final FillRing fill = kernel.fillRing();
        final RxRing rx = kernel.rxRing();
        final TxRing tx = kernel.txRing();
        final CompletionRing completion = kernel.completionRing();
        final MemorySegment kept = umem.memory().asSlice(0, 64);
        assertEquals(SIZE, fill.reserve(SIZE));
        fill.submit(SIZE);
        assertEquals(SIZE, kernel.receive(SIZE, 60));
        assertEquals(SIZE, rx.peek(SIZE));
        assertEquals(SIZE, tx.reserve(SIZE));
        tx.submit(2);
        kernel.transmit(2);
        assertEquals(2, completion.peek(2));

        arena.close();

        assertClosed(() -> fill.reserve(1));
        assertClosed(() -> fill.submit(0));
        assertClosed(fill::needsWakeUp);
        assertClosed(fill::pending);
        assertClosed(() -> rx.address(0));
        assertClosed(() -> rx.length(0));
        assertClosed(() -> rx.options(0));
        assertClosed(() -> rx.release(1));
        assertClosed(() -> tx.frame(0, 0, 60));
        assertClosed(() -> tx.submit(1));
        assertClosed(() -> completion.address(0));
        assertClosed(() -> completion.release(1));
        assertClosed(() -> umem.memory().get(ValueLayout.JAVA_BYTE, 0));
        assertClosed(() -> kept.set(ValueLayout.JAVA_LONG, 0, 1));
    }

    @Test
    void shouldThrowOnEveryAccessToUringsQueuesWhenTheArenaIsClosed() {
        final Arena arena = Arena.ofShared();
        final UringKernelSide kernel = UringKernelSide.of(arena, SIZE, SIZE);
        final SubmissionQueue submissions = kernel.submissionQueue();
        final CompletionQueue completions = kernel.completionQueue();
        final MemorySegment entries = submissions.entries();
        submissions.claim();
        kernel.complete(1, 0, 0);
        assertEquals(1, completions.peek(1));

        arena.close();

        assertClosed(submissions::room);
        assertClosed(submissions::claim);
        assertClosed(submissions::publish);
        assertClosed(submissions::pending);
        assertClosed(submissions::flags);
        assertClosed(() -> SubmissionEntry.write(entries, 0, 1, 2, 3, 4, 5));
        assertClosed(() -> SubmissionEntry.flags(entries, 0, 1));
        assertClosed(() -> SubmissionEntry.ioPriority(entries, 0, 1));
        assertClosed(() -> SubmissionEntry.operationFlags(entries, 0, 1));
        assertClosed(() -> SubmissionEntry.offset(entries, 0, 1));
        assertClosed(() -> SubmissionEntry.buffer(entries, 0, 1));
        assertClosed(() -> SubmissionEntry.destination(entries, 0, 1, 2));
        assertClosed(() -> SubmissionEntry.spliceFrom(entries, 0, 1, 2));
        assertClosed(() -> completions.userData(0));
        assertClosed(() -> completions.result(0));
        assertClosed(() -> completions.flags(0));
        assertClosed(() -> completions.peek(2));
        assertClosed(() -> completions.release(1));
        assertClosed(completions::lost);
    }

    @Test
    void shouldThrowOnEveryAccessToABufferRingWhenTheArenaIsClosed() {
        final Arena arena = Arena.ofShared();
        final Umem umem = Umem.mapBuffers(arena, SIZE, 2048, HugePages.OFF);
        final BufferRing ring = KernelBuffers.of(arena, umem, SIZE).bufferRing();
        final MemorySegment kept = umem.memory().asSlice(0, 64);
        ring.add(0);
        ring.publish();

        arena.close();

        assertClosed(() -> ring.add(2048));
        assertClosed(ring::publish);
        assertClosed(() -> kept.set(ValueLayout.JAVA_LONG, 0, 1));
        assertEquals(0, ring.take(0), "which frames were held can still be told");
    }

    @Test
    void shouldThrowWhenAnotherThreadClosesTheArenaUnderAPoller() throws InterruptedException {
        final Arena arena = Arena.ofShared();
        final RxRing ring = RingMemory.ofDescriptors(arena, SIZE).rxRing(true);
        final IllegalStateException[] seen = new IllegalStateException[1];
        final Thread poller = new Thread(() -> {
            try {
                while (ring.peek(SIZE) == 0) {
                    Thread.onSpinWait();
                }
            } catch (final IllegalStateException closed) {
                seen[0] = closed;
            }
        });
        poller.start();
        Thread.sleep(200);
        arena.close();
        poller.join(10_000);
        assertEquals("Already closed", seen[0].getMessage());
    }

    private static void assertClosed(Executable access) {
        assertThrows(IllegalStateException.class, access);
    }
}

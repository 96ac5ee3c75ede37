package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.uring.uring_h;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Tests both queues with the kernel that runs here. */
final class RealUringTest {
    private static final int SIZE = 64;
    private static final int OPERATIONS = 100_000;
    private static final int NOP = uring_h.IORING_OP_NOP();
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long MARK = 0x5eed_0000_0000_0000L;

    private long claimed;
    private long completed;

    @Test
    void shouldCompleteEveryOperationOnceAndInOrder() {
        try (RealUring real = RealUring.open(SIZE, 0)) {
            final SubmissionQueue submissions = real.submissions();
            assertEquals(SIZE, submissions.size());
            assertEquals(2 * SIZE, real.completions().size());
            for (int batch = 1; completed < OPERATIONS; batch = batch % SIZE + 1) {
                claim(submissions, batch);
                assertEquals(batch, submissions.pending());
                assertEquals(batch, real.submitAndWait(batch));
                assertEquals(0, submissions.publish(), "the kernel has taken all");
                assertEquals(batch, complete(real.completions()));
            }
            assertEquals(claimed, completed);
            assertEquals(0, submissions.flags());
            assertEquals(0, real.completions().lost());
        }
    }

    @Test
    void shouldBeFullUntilTheKernelIsEntered() {
        try (RealUring real = RealUring.open(SIZE, 0)) {
            final SubmissionQueue submissions = real.submissions();
            claim(submissions, SIZE);
            assertEquals(SubmissionQueue.FULL, submissions.claim());
            assertEquals(SIZE, submissions.publish());
            assertEquals(SubmissionQueue.FULL, submissions.claim());
            assertEquals(SIZE, real.submitAndWait(SIZE));
            assertEquals(SIZE, submissions.room());
            assertEquals(SIZE, complete(real.completions()));
        }
    }

    @Test
    void shouldGetCompletionsThatFoundTheQueueFullWhenTheKernelIsEnteredAgain() {
        try (RealUring real = RealUring.open(SIZE, 0)) {
            final SubmissionQueue submissions = real.submissions();
            for (int i = 0; i < 3; i++) {
                claim(submissions, SIZE);
                assertEquals(SIZE, real.enter(submissions.publish(), 0, 0));
            }
            assertEquals(SubmissionQueue.CQ_OVERFLOW, submissions.flags());
            assertEquals(2 * SIZE, complete(real.completions()));
            assertEquals(0, real.completions().peek(1));
            real.enter(0, 0, uring_h.IORING_ENTER_GETEVENTS());
            assertEquals(SIZE, complete(real.completions()));
            assertEquals(0, submissions.flags());
            assertEquals(0, real.completions().lost());
        }
    }

    @Test
    void shouldSayThatAnOperationFailed() {
        try (RealUring real = RealUring.open(SIZE, 0)) {
            final SubmissionQueue submissions = real.submissions();
            final long at = submissions.claim();
            SubmissionEntry.write(submissions.entries(), at, uring_h.IORING_OP_READ(), -1, 0, 0, -7);
            assertEquals(1, real.submitAndWait(1));
            assertEquals(1, real.completions().peek(SIZE));
            assertEquals(-7, real.completions().userData(0));
            assertEquals(-9, real.completions().result(0), "EBADF");
            assertEquals(0, real.completions().flags(0));
        }
    }

    @Test
    void shouldSeeThatTheKernelsThreadSleepsAndWakeIt() {
        try (RealUring real = RealUring.open(SIZE, uring_h.IORING_SETUP_SQPOLL(), 1)) {
            final SubmissionQueue submissions = real.submissions();
            for (int i = 0; i < 10; i++) {
                await(() -> submissions.flags() == SubmissionQueue.NEED_WAKEUP);
                claim(submissions, SIZE);
                submissions.publish();
                submissions.beforeFlags();
                assertNotEquals(0, submissions.flags() & SubmissionQueue.NEED_WAKEUP);
                real.enter(SIZE, 0, uring_h.IORING_ENTER_SQ_WAKEUP());
                await(() -> real.completions().peek(SIZE) == SIZE);
                complete(real.completions());
                assertEquals(0, submissions.publish());
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "the kernel's thread does nothing");
            Thread.onSpinWait();
        }
    }

    private void claim(SubmissionQueue submissions, int count) {
        for (int i = 0; i < count; i++) {
            final long at = submissions.claim();
            assertTrue(at != SubmissionQueue.FULL);
            SubmissionEntry.write(submissions.entries(), at, NOP, -1, 0, 0, MARK + claimed++);
        }
    }

    private int complete(CompletionQueue completions) {
        final int count = completions.peek(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            assertEquals(MARK + completed++, completions.userData(i));
            assertEquals(0, completions.result(i));
            assertEquals(0, completions.flags(i));
        }
        completions.release(count);
        return count;
    }
}

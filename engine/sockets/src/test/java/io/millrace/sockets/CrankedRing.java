package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.path.PipelineStub;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.FrameInlet;
import java.util.ArrayList;
import java.util.List;

/** The kernel's own io_uring, with a test for its handler. One thread, which has enabled the ring. */
final class CrankedRing implements CompletionHandler {
    /** For what receives nothing. */
    static final FrameInlet NOWHERE = new PipelineStub(0);

    static final int ID = 7;
    private static final int NOP = 0;
    private static final long PATIENCE_NS = 5_000_000_000L;

    final Uring uring;
    /** The indices of the completions that came, in their order. */
    final List<Integer> completed = new ArrayList<>();

    final List<Integer> results = new ArrayList<>();
    /** What {@link #onCompletion} and {@link #resume} say of those that have room, and what is thrown of others. */
    int room = Integer.MAX_VALUE;

    int failAt = -1;
    int resumed;
    /** Operations that the test has prepared by itself. */
    int others;

    private int submitted;

    CrankedRing(UringDevice device) {
        uring = device.uring();
        uring.add(ID, this);
    }

    /** Prepares requests that complete at once; their indices count on. */
    void submit(int count) {
        for (int i = 0; i < count; i++) {
            long at = uring.claim();
            assertTrue(at != SubmissionQueue.FULL, "there is room for " + i);
            SubmissionEntry.write(uring.entries(), at, NOP, -1, 0, 0, UserData.of(ID, 0, submitted++));
        }
    }

    /** Turns the ring until so many have completed. */
    void await(int count) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (completed.size() < count) {
            assertTrue(System.nanoTime() - deadline < 0, completed.size() + " of " + count + " completed");
            uring.submit();
            uring.dispatch(NOWHERE);
        }
    }

    /** So many requests there and back, in order. */
    void doNothing(int count) {
        int end = submitted + count;
        submit(count);
        await(end);
        uring.dispatch(NOWHERE);
        assertEquals(end, completed.size());
        for (int i = 0; i < end; i++) {
            assertEquals(i, completed.get(i));
        }
    }

    @Override
    public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
        int index = UserData.index(userData);
        completed.add(index);
        results.add(result);
        if (index == failAt) {
            throw new IllegalStateException("completion " + index);
        }
        return completed.size() <= room;
    }

    @Override
    public boolean resume(FrameInlet inlet) {
        resumed++;
        return completed.size() <= room;
    }

    @Override
    public void quiesce() {}

    @Override
    public int underWay() {
        return submitted + others - completed.size();
    }
}

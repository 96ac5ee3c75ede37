package io.millrace.sockets;

import static io.millrace.bindings.uring.uring_h.IORING_OP_TIMEOUT;

import io.millrace.bindings.uring.__kernel_timespec;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Wakes a sleeping poller at intervals, by a timeout operation of the ring, so that it keeps its time-outs. */
final class Ticker {
    private final Uring uring;
    private final MemorySegment interval;
    private final long userData;
    private boolean armed;
    private boolean stopped;

    Ticker(Uring uring, Arena arena, long intervalNs, long userData) {
        this.uring = uring;
        this.userData = userData;
        this.interval = __kernel_timespec.allocate(arena);
        __kernel_timespec.tv_nsec(interval, intervalNs);
    }

    void arm() {
        if (armed || stopped) {
            return;
        }
        long at = uring.claim();
        if (at != SubmissionQueue.FULL) {
            SubmissionEntry.write(uring.entries(), at, IORING_OP_TIMEOUT(), -1, interval.address(), 1, userData);
            armed = true;
        }
    }

    void onCompletion() {
        armed = false;
    }

    /** Submits no further timeout; one that is under way still completes. */
    void stop() {
        stopped = true;
    }

    int underWay() {
        return armed ? 1 : 0;
    }
}

package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EBUSY;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.ETIME;
import static io.millrace.bindings.uring.uring_h.IORING_ASYNC_CANCEL_ALL;
import static io.millrace.bindings.uring.uring_h.IORING_ASYNC_CANCEL_ANY;
import static io.millrace.bindings.uring.uring_h.IORING_ENTER_EXT_ARG;
import static io.millrace.bindings.uring.uring_h.IORING_ENTER_GETEVENTS;
import static io.millrace.bindings.uring.uring_h.IORING_ENTER_SQ_WAIT;
import static io.millrace.bindings.uring.uring_h.IORING_ENTER_SQ_WAKEUP;
import static io.millrace.bindings.uring.uring_h.IORING_OP_ASYNC_CANCEL;

import io.millrace.bindings.UringCalls;
import io.millrace.bindings.uring.__kernel_timespec;
import io.millrace.bindings.uring.io_uring_getevents_arg;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.EventLoop;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.UringCounter;
import io.millrace.statistics.UringStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The poller's io_uring in the duty cycle: both queues are read and written as mapped memory, and {@code
 * io_uring_enter} is the one system call, once a cycle, for all that the ports have prepared. Poller's thread only, but
 * for {@link #statistics}.
 */
final class Uring implements EventLoop {
    /** What a frame may complete in one duty cycle: its receive, its send, the notification, and one to spare. */
    private static final int COMPLETIONS_OF_A_FRAME = 4;
    /** Completions of one duty cycle when no port says how many. */
    private static final int BATCH = 256;
    /** The kernel ends a wait early when it has work for this thread, the end of another ring for instance. */
    private static final int MOST_WAITS = 16;

    private static final long NS_PER_S = 1_000_000_000;
    private static final int SIGNAL_MASK_BYTES = 8;

    private final int fd;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final boolean sqPoll;
    private final CompletionHandler[] handlers = new CompletionHandler[UserData.HANDLERS];
    /**
     * What a wait is asked with. Of no arena, so that the call need not keep one open by two atomic instructions: the
     * ring's memory outlives its poller.
     */
    private final MemorySegment waitPointer;

    private final MemorySegment waitArgument;
    private final MemorySegment waitTime;

    /** The most completions handled in one duty cycle, so that sending is not kept waiting. */
    private int batch;
    /** Completions that end a sleep; more than one with {@link #waitAtLeast}. */
    private int wakeAt = 1;

    private CompletionHandler blocked;
    private boolean claimed;

    private final AtomicCounter enters;
    private final AtomicCounter waits;
    private final AtomicCounter overflows;
    private final AtomicCounter failures;

    Uring(
            int fd,
            SubmissionQueue submissions,
            CompletionQueue completions,
            boolean sqPoll,
            Arena arena,
            EngineCounters counters) {
        this.fd = fd;
        this.submissions = submissions;
        this.completions = completions;
        this.sqPoll = sqPoll;
        this.waitTime = __kernel_timespec.allocate(arena);
        this.waitArgument = io_uring_getevents_arg.allocate(arena);
        io_uring_getevents_arg.ts(waitArgument, waitTime.address());
        this.waitPointer = MemorySegment.ofAddress(waitArgument.address());
        this.enters = counters.newCounter(UringCounter.ENTERS);
        this.waits = counters.newCounter(UringCounter.WAITS);
        this.overflows = counters.newCounter(UringCounter.OVERFLOWS);
        this.failures = counters.newCounter(UringCounter.FAILURES);
        handlers[UserData.CANCELLER] = new Ignored();
    }

    /** Registers who handles completions that carry this id. */
    void add(int id, CompletionHandler handler) {
        handlers[id] = handler;
    }

    /** Adds a port, which takes so many frames in one duty cycle. */
    void add(int id, CompletionHandler port, int frames) {
        add(id, port);
        batch += COMPLETIONS_OF_A_FRAME * frames;
    }

    /**
     * Before the poller runs. From now on a sleep goes on for so long, whatever completes meanwhile, unless very much
     * does; io_uring_enter(2), {@code min_wait_usec}.
     *
     * @param completions that are very much; {@link #wakeAt} may lower it
     */
    void waitAtLeast(int us, int completions) {
        io_uring_getevents_arg.min_wait_usec(waitArgument, us);
        wakeAt = completions;
    }

    /** A sleep ends at the latest when so many completions wait. To be called before the poller runs. */
    void wakeAt(int completions) {
        wakeAt = Math.max(1, Math.min(wakeAt, completions));
    }

    int fd() {
        return fd;
    }

    /** The memory that entries are written to. */
    MemorySegment entries() {
        return submissions.entries();
    }

    /**
     * An entry to write, its offset in {@link #entries}; makes room by submitting when the queue is full. A kernel
     * thread that fetches the entries is waited for: it takes them at once, and sends would be lost.
     *
     * @return {@link SubmissionQueue#FULL} when the kernel takes none at the moment
     */
    long claim() {
        if (submissions.room() == 0) {
            submit();
            for (int i = 0; sqPoll && submissions.room() == 0 && i < MOST_WAITS; i++) {
                enter(0, 0, IORING_ENTER_SQ_WAIT());
            }
        }
        claimed = true;
        return submissions.claim();
    }

    /** Whether {@link #claim} has an entry to give; makes room as it does. */
    boolean hasRoom() {
        return hasRoom(1);
    }

    /** Whether there is room for so many entries, to be submitted together. */
    boolean hasRoom(int entries) {
        if (submissions.room() < entries) {
            submit();
        }
        return submissions.room() >= entries;
    }

    @Override
    public int dispatch(FrameInlet inlet) {
        if (blocked != null) {
            if (!blocked.resume(inlet)) {
                inlet.end();
                return 0;
            }
            blocked = null;
        }
        int count = completions.peek(batch == 0 ? BATCH : batch);
        int done = 0;
        try {
            while (done < count && blocked == null) {
                handle(done++, inlet);
            }
        } finally { // so that none is handled twice when one throws
            completions.release(done);
        }
        inlet.end();
        return done;
    }

    private void handle(int i, FrameInlet inlet) {
        long userData = completions.userData(i);
        CompletionHandler handler = handlers[UserData.handler(userData)];
        if (!handler.onCompletion(userData, completions.result(i), completions.flags(i), inlet)) {
            blocked = handler;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Completions of a ring with deferred task work are made inside this call only; its flags say, in memory,
     * whether there are any.
     */
    @Override
    public void submit() {
        int pending = claimed ? submissions.publish() : submissions.pending();
        claimed = false;
        if (sqPoll) {
            wakeSubmitter(pending);
            return;
        }
        int flags = submissions.flags();
        if ((flags & SubmissionQueue.CQ_OVERFLOW) != 0) {
            overflows.getAndAddRelease(1);
        }
        if (pending > 0 || (flags & (SubmissionQueue.TASKRUN | SubmissionQueue.CQ_OVERFLOW)) != 0) {
            enter(pending, 0, IORING_ENTER_GETEVENTS());
            submissions.publish();
        }
    }

    private void wakeSubmitter(int pending) {
        submissions.beforeFlags();
        int flags = submissions.flags();
        if ((flags & SubmissionQueue.CQ_OVERFLOW) != 0) {
            overflows.getAndAddRelease(1);
            enter(0, 0, IORING_ENTER_GETEVENTS());
        }
        if (pending > 0 && (flags & SubmissionQueue.NEED_WAKEUP) != 0) {
            enter(pending, 0, IORING_ENTER_SQ_WAKEUP());
        }
    }

    private void enter(int toSubmit, int minComplete, int flags) {
        enters.getAndAddRelease(1);
        count(UringCalls.enter(fd, toSubmit, minComplete, flags, MemorySegment.NULL, SIGNAL_MASK_BYTES));
    }

    /** What is not done now is done in the next duty cycle; only what can't be explained counts as a failure. */
    void count(int result) {
        if (result < 0 && result != -EINTR() && result != -EBUSY() && result != -ETIME()) {
            failures.getAndAddRelease(1);
        }
    }

    /** Sleeps until something completes, or enough does, at most that long; submits what is prepared. */
    void await(long timeoutNs) {
        if (completions.peek(1) > 0) {
            return;
        }
        int pending = submissions.publish();
        claimed = false;
        waitTime.set(ValueLayout.JAVA_LONG, 0, timeoutNs / NS_PER_S);
        waitTime.set(ValueLayout.JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_S);
        int flags = IORING_ENTER_GETEVENTS() | IORING_ENTER_EXT_ARG();
        if (sqPoll) {
            submissions.beforeFlags();
            flags |= (submissions.flags() & SubmissionQueue.NEED_WAKEUP) != 0 ? IORING_ENTER_SQ_WAKEUP() : 0;
        }
        waits.getAndAddRelease(1);
        count(UringCalls.enter(fd, pending, wakeAt, flags, waitPointer, io_uring_getevents_arg.sizeof()));
    }

    /**
     * Cold, the poller's last act: cancels what is under way and waits until the kernel has let go of all memory.
     *
     * @param inlet swallows what still comes in
     * @return whether it has; if not, the memory must stay mapped
     */
    boolean quiesce(FrameInlet inlet, long patienceNs) {
        for (CompletionHandler handler : handlers) {
            if (handler != null) {
                handler.quiesce();
            }
        }
        blocked = null; // its quiesce() has dropped what was left
        long deadline = System.nanoTime() + patienceNs;
        while (underWay() > 0 && System.nanoTime() - deadline < 0) {
            cancelAll();
            await(NS_PER_S / 100);
            while (completions.peek(1) > 0) {
                dispatch(inlet);
            }
        }
        return underWay() == 0;
    }

    /** Prepares the end of one operation, which completes with ECANCELED then; false when there is no room. */
    boolean cancel(long userData) {
        long at = claim();
        if (at == SubmissionQueue.FULL) {
            return false;
        }
        SubmissionEntry.write(
                entries(), at, IORING_OP_ASYNC_CANCEL(), -1, userData, 0, UserData.of(UserData.CANCELLER, 0, 0));
        return true;
    }

    private int underWay() {
        int underWay = 0;
        for (CompletionHandler handler : handlers) {
            underWay += handler == null ? 0 : handler.underWay();
        }
        return underWay;
    }

    private void cancelAll() {
        long at = claim();
        if (at != SubmissionQueue.FULL) {
            SubmissionEntry.write(
                    entries(), at, IORING_OP_ASYNC_CANCEL(), -1, 0, 0, UserData.of(UserData.CANCELLER, 0, 0));
            SubmissionEntry.operationFlags(entries(), at, IORING_ASYNC_CANCEL_ANY() | IORING_ASYNC_CANCEL_ALL());
        }
    }

    /** The counters' present values; any thread. */
    UringStatistics statistics() {
        return new UringStatistics(
                enters.getAcquire(),
                waits.getAcquire(),
                overflows.getAcquire(),
                failures.getAcquire() + completions.lost());
    }

    /** Ignores the completions of requests to cancel. */
    private static final class Ignored implements CompletionHandler {
        @Override
        public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
            return true;
        }

        @Override
        public boolean resume(FrameInlet inlet) {
            return true;
        }

        @Override
        public void quiesce() {}

        @Override
        public int underWay() {
            return 0;
        }
    }
}

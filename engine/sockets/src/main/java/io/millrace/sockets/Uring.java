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
 * The poller's io_uring in the duty cycle. Both queues are read and written as mapped memory; {@code io_uring_enter} is
 * the only system call, once a cycle, for everything that the ports have prepared. Poller's thread only, except {@link
 * #statistics}.
 */
final class Uring implements EventLoop {
    /**
     * The most completions of a frame in one duty cycle: its receive, its send, the notification, and one in reserve.
     */
    private static final int COMPLETIONS_OF_A_FRAME = 4;
    /** The number of completions of one duty cycle if no port says how many. */
    private static final int BATCH = 256;
    /** The kernel ends a wait early if it has other work for this thread, the end of another ring for instance. */
    private static final int MOST_WAITS = 16;

    private static final long NS_PER_S = 1_000_000_000;
    private static final long NS_PER_US = 1_000;
    private static final int SIGNAL_MASK_BYTES = 8;

    private final int fd;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final boolean sqPoll;
    private final CompletionHandler[] handlers = new CompletionHandler[UserData.HANDLERS];
    /**
     * The argument of a wait. It belongs to no arena that can be closed, so that the call need not keep one open by two
     * atomic instructions; the ring's memory outlives its poller.
     */
    private final MemorySegment waitPointer;

    private final MemorySegment waitArgument;
    private final MemorySegment waitTime;

    /** The most completions handled in one duty cycle, so that sending does not wait for long. */
    private int batch;
    /** The number of completions that end a sleep; more than one with {@link #waitAtLeast}. */
    private int wakeAt = 1;
    /** The least that a sleep lasts in microseconds, unless its time-out is shorter; 0 for no least. */
    private int minWaitUs;

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

    /** Registers the handler of completions with this id. */
    void add(int id, CompletionHandler handler) {
        handlers[id] = handler;
    }

    /** Adds a port that takes so many frames in one duty cycle. */
    void add(int id, CompletionHandler port, int frames) {
        add(id, port);
        batch += COMPLETIONS_OF_A_FRAME * frames;
    }

    /**
     * Makes a sleep last for at least this time, even if something completes meanwhile, unless very much does;
     * io_uring_enter(2), {@code min_wait_usec}. Before the poller runs.
     *
     * @param completions the number of completions that ends a sleep early; {@link #wakeAt} may lower it
     */
    void waitAtLeast(int us, int completions) {
        minWaitUs = us;
        wakeAt = completions;
    }

    /** Ends a sleep at the latest when so many completions wait. To be called before the poller runs. */
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
     * Returns an entry to write, as its offset in {@link #entries}. If the queue is full it makes room by submitting.
     * If a kernel thread fetches the entries, it waits for that thread, which takes them at once; otherwise sends would
     * be lost.
     *
     * @return the offset, or {@link SubmissionQueue#FULL} if the kernel takes none at the moment
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

    /** Returns whether {@link #claim} has an entry; makes room as that does. */
    boolean hasRoom() {
        return hasRoom(1);
    }

    /** Returns whether there is room for so many entries that have to be submitted together. */
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
        } finally { // so that no completion is handled twice if a handler throws
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

    /**
     * Handles an error: what is not done now is done in the next duty cycle, and only an unexpected error counts as a
     * failure.
     */
    void count(int result) {
        if (result < 0 && result != -EINTR() && result != -EBUSY() && result != -ETIME()) {
            failures.getAndAddRelease(1);
        }
    }

    /**
     * Submits what is prepared, and sleeps until something completes, or enough does, but not longer than the given
     * time.
     */
    void await(long timeoutNs) {
        if (completions.peek(1) > 0) {
            return;
        }
        int pending = submissions.publish();
        claimed = false;
        waitTime.set(ValueLayout.JAVA_LONG, 0, timeoutNs / NS_PER_S);
        waitTime.set(ValueLayout.JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_S);
        if (minWaitUs != 0) { // the kernel does not look at the time-out before that time
            io_uring_getevents_arg.min_wait_usec(waitArgument, (int) Math.min(minWaitUs, timeoutNs / NS_PER_US));
        }
        int flags = IORING_ENTER_GETEVENTS() | IORING_ENTER_EXT_ARG();
        if (sqPoll) {
            submissions.beforeFlags();
            flags |= (submissions.flags() & SubmissionQueue.NEED_WAKEUP) != 0 ? IORING_ENTER_SQ_WAKEUP() : 0;
        }
        waits.getAndAddRelease(1);
        count(UringCalls.enter(fd, pending, wakeAt, flags, waitPointer, io_uring_getevents_arg.sizeof()));
    }

    /**
     * Cancels what is under way and waits until the kernel has let go of all memory. Cold; the last thing that the
     * poller does.
     *
     * @param inlet takes what still comes in
     * @return whether the kernel has let go; if not, the memory must stay mapped
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

    /** Prepares the cancellation of one operation, which then completes with ECANCELED; false if there is no room. */
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

    /** The current values of the counters; any thread may call this. */
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

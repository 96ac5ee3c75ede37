package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.UringCalls;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.uring.__kernel_timespec;
import io.millrace.bindings.uring.io_uring;
import io.millrace.bindings.uring.io_uring_cq;
import io.millrace.bindings.uring.io_uring_getevents_arg;
import io.millrace.bindings.uring.io_uring_params;
import io.millrace.bindings.uring.io_uring_sq;
import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fixture: an io_uring of the kernel that runs here, with our halves of its queues over the memory that the kernel has
 * mapped. Where there is no io_uring, opening one skips the test. Called by one thread.
 */
final class RealUring implements AutoCloseable {
    private static final int WAIT = uring_h.IORING_ENTER_GETEVENTS() | uring_h.IORING_ENTER_EXT_ARG();
    private static final int TIMEOUT_S = 10;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment ring = arena.allocate(io_uring.layout());
    private final MemorySegment params = arena.allocate(io_uring_params.layout());
    private final MemorySegment timeout = arena.allocate(__kernel_timespec.layout());
    private final MemorySegment waitArgument = arena.allocate(io_uring_getevents_arg.layout());
    private final int fd;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;

    private RealUring(int entries, int flags, int idleMs) {
        __kernel_timespec.tv_sec(timeout, TIMEOUT_S);
        io_uring_getevents_arg.ts(waitArgument, timeout.address());
        io_uring_params.flags(params, flags);
        io_uring_params.sq_thread_idle(params, idleMs);
        UringCalls.queueInit(entries, ring, params);
        fd = io_uring.ring_fd(ring);
        submissions = mapSubmissions();
        completions = mapCompletions();
    }

    /** @param flags {@code IORING_SETUP_…} */
    static RealUring open(int entries, int flags) {
        return open(entries, flags, 0);
    }

    /** @param idleMs when the kernel's thread of {@code IORING_SETUP_SQPOLL} goes to sleep */
    static RealUring open(int entries, int flags, int idleMs) {
        try {
            NativeLibrary.LIBURING.require();
            return new RealUring(entries, flags, idleMs);
        } catch (final MissingLibraryException missing) {
            return abort(missing.getMessage());
        } catch (final SystemCallException refused) {
            if (refused.errno() == libc_h.EPERM() || refused.errno() == libc_h.ENOSYS()) {
                return abort("io_uring is switched off here: " + refused.getMessage());
            }
            throw refused;
        }
    }

    int fd() {
        return fd;
    }

    MemorySegment params() {
        return params;
    }

    SubmissionQueue submissions() {
        return submissions;
    }

    CompletionQueue completions() {
        return completions;
    }

    boolean has(int feature) {
        return (io_uring_params.features(params) & feature) != 0;
    }

    /**
     * Publishes, then enters the kernel until so many completions are there, and fails when they do not come.
     *
     * @return how many entries the kernel took
     */
    int submitAndWait(int completionsWanted) {
        final int taken = UringCalls.enter(
                fd, submissions.publish(), completionsWanted, WAIT, waitArgument, waitArgument.byteSize());
        assertEquals(
                completionsWanted,
                completions.peek(completionsWanted),
                () -> "completions after " + TIMEOUT_S + " s, io_uring_enter returned " + taken);
        return taken;
    }

    int enter(int toSubmit, int minComplete, int flags) {
        return UringCalls.enter(fd, toSubmit, minComplete, flags, MemorySegment.NULL, 0);
    }

    @Override
    public void close() {
        UringCalls.queueExit(ring);
        arena.close();
    }

    /** The array of indices, where there is one, maps each entry to itself: not every liburing sees to that. */
    private SubmissionQueue mapSubmissions() {
        final MemorySegment queue = io_uring.sq(ring);
        final MemorySegment words = mapped(io_uring_sq.ring_ptr(queue), io_uring_sq.ring_sz(queue));
        final int size = io_uring_params.sq_entries(params);
        if ((io_uring_params.flags(params) & uring_h.IORING_SETUP_NO_SQARRAY()) == 0) {
            final MemorySegment indices = mapped(io_uring_sq.array(queue), (long) size * Integer.BYTES);
            for (int i = 0; i < size; i++) {
                indices.setAtIndex(ValueLayout.JAVA_INT, i, i);
            }
        }
        return new SubmissionQueue(
                words,
                mapped(io_uring_sq.sqes(queue), (long) size * SubmissionEntry.LENGTH),
                offset(io_uring_sq.khead(queue), words),
                offset(io_uring_sq.ktail(queue), words),
                offset(io_uring_sq.kflags(queue), words),
                size);
    }

    private CompletionQueue mapCompletions() {
        final MemorySegment queue = io_uring.cq(ring);
        final MemorySegment words = mapped(io_uring_cq.ring_ptr(queue), io_uring_cq.ring_sz(queue));
        return new CompletionQueue(
                words,
                offset(io_uring_cq.khead(queue), words),
                offset(io_uring_cq.ktail(queue), words),
                offset(io_uring_cq.koverflow(queue), words),
                offset(io_uring_cq.cqes(queue), words),
                io_uring_params.cq_entries(params));
    }

    private MemorySegment mapped(MemorySegment start, long lengthBytes) {
        return start.reinterpret(lengthBytes, arena, null);
    }

    private static long offset(MemorySegment word, MemorySegment words) {
        return word.address() - words.address();
    }
}

package io.millrace.bindings.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.bindings.Errno;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sets up a real io_uring: what liburing wrote must be where the layouts, made from newer headers, look for it. */
class UringBindingsTest {

    private static final int ENTRIES = 8;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment ring = arena.allocate(io_uring.layout());
    private final MemorySegment params = arena.allocate(io_uring_params.layout());
    private boolean open;

    @BeforeEach
    void open() {
        try {
            NativeLibrary.LIBURING.require();
        } catch (MissingLibraryException e) {
            abort(e.getMessage());
        }
        int result = uring_h.io_uring_queue_init_params(ENTRIES, ring, params);
        boolean forbidden = result == -libc_h.EPERM() || result == -libc_h.ENOSYS();
        assumeTrue(!forbidden, () -> "io_uring is switched off here: " + Errno.name(-result));
        assertEquals(0, result);
        open = true;
    }

    @AfterEach
    void close() {
        if (open) {
            uring_h.io_uring_queue_exit(ring);
        }
        arena.close();
    }

    @Test
    void shouldFindTheQueuesThatTheLibraryMapped() {
        assertTrue(io_uring.ring_fd(ring) >= 0);
        assertEquals(ENTRIES, io_uring_params.sq_entries(params));
        assertEquals(2 * ENTRIES, io_uring_params.cq_entries(params));
        assertNotEquals(0, io_uring_params.features(params) & uring_h.IORING_FEAT_NODROP());

        MemorySegment completions = io_uring.cq(ring);
        assertNotEquals(0, io_uring_cq.cqes(completions).address());
        assertEquals(
                0, io_uring_cq.khead(completions).reinterpret(Integer.BYTES).get(uring_h.C_INT, 0));
        assertEquals(io_uring_params.features(params), io_uring.features(ring));
    }

    @Test
    void shouldCompleteWhatWasSubmitted() {
        MemorySegment submissions = io_uring.sq(ring);
        MemorySegment entry = io_uring_sqe.reinterpret(io_uring_sq.sqes(submissions), arena, null);
        io_uring_sqe.opcode(entry, (byte) uring_h.IORING_OP_NOP());
        io_uring_sqe.user_data(entry, 4711);
        io_uring_sq.sqe_tail(submissions, 1);

        assertEquals(1, uring_h.io_uring_submit_and_wait(ring, 1));

        MemorySegment completion = io_uring_cqe.reinterpret(io_uring_cq.cqes(io_uring.cq(ring)), arena, null);
        assertEquals(4711, io_uring_cqe.user_data(completion));
        assertEquals(0, io_uring_cqe.res(completion));
    }

    @Test
    void shouldProbeWhatTheKernelCanDo() {
        MemorySegment probe = uring_h.io_uring_get_probe_ring(ring);
        assertNotEquals(0, probe.address());
        try {
            assertTrue(io_uring_probe.last_op(io_uring_probe.reinterpret(probe, arena, null))
                    >= uring_h.IORING_OP_RECVMSG());
        } finally {
            uring_h.io_uring_free_probe(probe);
        }
    }
}

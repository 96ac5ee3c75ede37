package io.millrace.bindings;

import static io.millrace.bindings.LibcTest.assertFails;
import static io.millrace.bindings.libc.libc_h.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.management.ThreadMXBean;
import io.millrace.bindings.uring.__kernel_timespec;
import io.millrace.bindings.uring.io_uring;
import io.millrace.bindings.uring.io_uring_cq;
import io.millrace.bindings.uring.io_uring_cqe;
import io.millrace.bindings.uring.io_uring_getevents_arg;
import io.millrace.bindings.uring.io_uring_params;
import io.millrace.bindings.uring.io_uring_sq;
import io.millrace.bindings.uring.io_uring_sqe;
import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UringCallsTest {

    private static final int ENTRIES = 8;
    private static final int NO_SUCH_OPCODE = 4711;
    private static final int CALLS_PER_ROUND = 100_000;
    private static final int MAX_ROUNDS = 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment ring = arena.allocate(io_uring.layout());
    private final MemorySegment params = arena.allocate(io_uring_params.layout());
    private boolean open;

    @BeforeEach
    void requireLibrary() {
        try {
            NativeLibrary.LIBURING.require();
        } catch (MissingLibraryException e) {
            abort(e.getMessage());
        }
    }

    @AfterEach
    void close() {
        if (open) {
            UringCalls.queueExit(ring);
        }
        arena.close();
    }

    @Test
    void shouldSubmitAndWaitForTheCompletion() {
        int fd = open(0);
        MemorySegment submissions = io_uring.sq(ring);
        MemorySegment entry = io_uring_sqe.reinterpret(io_uring_sq.sqes(submissions), arena, null);
        io_uring_sqe.opcode(entry, (byte) uring_h.IORING_OP_NOP());
        io_uring_sqe.user_data(entry, 4711);
        // The queue is new: where it has an array of indices, that array's first one is 0, as it has to be.
        io_uring_sq.ktail(submissions).reinterpret(Integer.BYTES).set(ValueLayout.JAVA_INT, 0, 1);

        assertEquals(1, UringCalls.enter(fd, 1, 1, uring_h.IORING_ENTER_GETEVENTS(), MemorySegment.NULL, 0));

        MemorySegment completions = io_uring.cq(ring);
        assertEquals(
                1, io_uring_cq.ktail(completions).reinterpret(Integer.BYTES).get(ValueLayout.JAVA_INT, 0));
        assertEquals(
                4711, io_uring_cqe.user_data(io_uring_cqe.reinterpret(io_uring_cq.cqes(completions), arena, null)));
        assertEquals(0, UringCalls.enter(fd, 1, 0, 0, MemorySegment.NULL, 0), "the queue is empty");
    }

    @Test
    void shouldReturnTheErrnoNegatedWhenEnteringFails() {
        assertEquals(-EBADF(), UringCalls.enter(-1, 0, 0, 0, MemorySegment.NULL, 0));
        assertEquals(-EINVAL(), UringCalls.enter(open(0), 0, 0, -1, MemorySegment.NULL, 0));
    }

    @Test
    void shouldWaitNoLongerThanTheArgumentSays() {
        int fd = open(0);
        MemorySegment timeout = arena.allocate(__kernel_timespec.layout());
        __kernel_timespec.tv_nsec(timeout, 20_000_000);
        MemorySegment argument = arena.allocate(io_uring_getevents_arg.layout());
        io_uring_getevents_arg.ts(argument, timeout.address());

        long startNs = System.nanoTime();
        int result = UringCalls.enter(
                fd,
                0,
                1,
                uring_h.IORING_ENTER_GETEVENTS() | uring_h.IORING_ENTER_EXT_ARG(),
                argument,
                argument.byteSize());

        assertEquals(-ETIME(), result);
        assertTrue(System.nanoTime() - startNs >= 20_000_000);
    }

    @Test
    void shouldEnableARingThatWasSetUpDisabled() {
        int fd = open(uring_h.IORING_SETUP_R_DISABLED());
        assertEquals(-EBADFD(), UringCalls.enter(fd, 1, 0, 0, MemorySegment.NULL, 0));

        int enable = uring_h.IORING_REGISTER_ENABLE_RINGS();
        assertEquals(0, UringCalls.register(fd, enable, MemorySegment.NULL, 0));

        assertEquals(0, UringCalls.enter(fd, 1, 0, 0, MemorySegment.NULL, 0));
        assertFails(
                "io_uring_register opcode " + enable,
                EBADFD(),
                () -> UringCalls.register(fd, enable, MemorySegment.NULL, 0));
    }

    @Test
    void shouldThrowWhenSetUpFails() {
        int fd = open(0);
        MemorySegment other = arena.allocate(io_uring.layout());

        assertFails(
                "io_uring_queue_init_params",
                EINVAL(),
                () -> UringCalls.queueInit(0, other, arena.allocate(io_uring_params.layout())));
        assertFails(
                "io_uring_register opcode " + NO_SUCH_OPCODE,
                EINVAL(),
                () -> UringCalls.register(fd, NO_SUCH_OPCODE, MemorySegment.NULL, 0));
        assertFails(
                "io_uring_register opcode " + uring_h.IORING_UNREGISTER_BUFFERS(),
                ENXIO(),
                () -> UringCalls.register(fd, uring_h.IORING_UNREGISTER_BUFFERS(), MemorySegment.NULL, 0));
    }

    @Test
    void shouldUnmapAndCloseWhenItIsDone() throws Exception {
        int fd = open(0);
        Path descriptor = Path.of("/proc/self/fd/" + fd);
        assertTrue(Files.readSymbolicLink(descriptor).toString().contains("io_uring"));
        long mappings = mappings();

        UringCalls.queueExit(ring);
        open = false;

        assertEquals(-EBADF(), UringCalls.enter(fd, 0, 0, 0, MemorySegment.NULL, 0));
        assertTrue(mappings > 0);
        assertEquals(0, mappings());
    }

    @Test
    void shouldNotAllocateWhenEnteringOnceWarm() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int fd = open(0);
        MemorySegment argument = arena.allocate(io_uring_getevents_arg.layout());
        int flags = uring_h.IORING_ENTER_GETEVENTS() | uring_h.IORING_ENTER_EXT_ARG();

        long allocatedBytes = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && allocatedBytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            int sum = 0;
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                sum += UringCalls.enter(fd, 0, 0, flags, argument, argument.byteSize())
                        + UringCalls.enter(-1, 0, 0, 0, MemorySegment.NULL, 0);
            }
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(-EBADF() * CALLS_PER_ROUND, sum);
        }

        assertEquals(0, allocatedBytes, "bytes in " + CALLS_PER_ROUND + " rounds of both calls");
    }

    private int open(int flags) {
        io_uring_params.flags(params, flags);
        try {
            UringCalls.queueInit(ENTRIES, ring, params);
        } catch (SystemCallException e) {
            if (e.errno() == EPERM() || e.errno() == ENOSYS()) {
                abort("io_uring is switched off here: " + e.getMessage());
            }
            throw e;
        }
        open = true;
        return io_uring.ring_fd(ring);
    }

    private static long mappings() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("io_uring"))
                .count();
    }
}

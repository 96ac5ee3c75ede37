package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EINVAL;
import static io.millrace.bindings.libc.libc_h.ENOMEM;
import static io.millrace.bindings.libc.libc_h.ENOSYS;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_NAPI;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_CQSIZE;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_NO_SQARRAY;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_R_DISABLED;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_SQ_AFF;
import static io.millrace.bindings.uring.uring_h.IORING_SETUP_SUBMIT_ALL;

import io.millrace.HostException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.UringCalls;
import io.millrace.bindings.uring.io_uring;
import io.millrace.bindings.uring.io_uring_cq;
import io.millrace.bindings.uring.io_uring_napi;
import io.millrace.bindings.uring.io_uring_params;
import io.millrace.bindings.uring.io_uring_sq;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.EngineLog;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Sets up the poller's io_uring by liburing, with the best task-run mode that the kernel takes. The ring is disabled at
 * first, so that the thread that enables it, the poller, becomes its only issuer. Cold.
 */
public final class UringOpener {
    private static final Logger LOG = EngineLog.of(UringOpener.class);
    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
    /** The modes from the best to the one that every kernel has. */
    static final List<TaskRun> LADDER = List.of(TaskRun.DEFERRED, TaskRun.COOPERATIVE, TaskRun.INTERRUPTING);

    private UringOpener() {}

    /**
     * @throws HostException if the host has no io_uring, forbids it, or has one that is too old
     */
    public static UringDevice open(Settings engine, EngineCounters counters) {
        UringDevice device =
                open(engine, counters, engine.get(UringKeys.SQPOLL) ? List.of(TaskRun.SUBMITTER_THREAD) : LADDER);
        LOG.info("io_uring: {}", device);
        return device;
    }

    /** @param ladder the modes to try, in this order */
    static UringDevice open(Settings engine, EngineCounters counters, List<TaskRun> ladder) {
        NativeLibrary.LIBURING.require();
        Arena arena = Arena.ofShared();
        try {
            return open(engine, counters, ladder, arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private static UringDevice open(Settings engine, EngineCounters counters, List<TaskRun> ladder, Arena arena) {
        MemorySegment ring = io_uring.allocate(arena);
        MemorySegment params = io_uring_params.allocate(arena);
        TaskRun mode = setUp(engine, ladder, ring, params);
        try {
            int fd = io_uring.ring_fd(ring);
            UringFeatures features = UringFeatures.probe(fd, io_uring_params.features(params));
            if (!features.suffices()) {
                throw new HostException("this kernel's io_uring lacks what socket ports need, multishot receives with"
                        + " provided buffers and sends without a copy; use Linux 6.1 or newer");
            }
            String napi = busyPoll(engine, fd);
            Uring uring = new Uring(
                    fd,
                    submissions(ring, params, arena),
                    completions(ring, arena),
                    mode == TaskRun.SUBMITTER_THREAD,
                    arena,
                    counters);
            String coalescing = coalesce(engine, uring, features);
            String report = String.format(
                    Locale.ROOT,
                    "%s, %d submissions, %d completions, receive bundles %s%s%s",
                    mode,
                    io_uring_params.sq_entries(params),
                    io_uring_params.cq_entries(params),
                    features.hasBundles() ? "yes" : "no (a completion for each buffer instead)",
                    napi,
                    coalescing);
            return new UringDevice(ring, arena, uring, features, mode, report);
        } catch (Throwable e) {
            UringCalls.queueExit(ring);
            throw e;
        }
    }

    /** A kernel returns EINVAL for flags that it does not know. */
    private static TaskRun setUp(Settings engine, List<TaskRun> ladder, MemorySegment ring, MemorySegment params) {
        for (TaskRun mode : ladder) {
            params.fill((byte) 0);
            io_uring_params.flags(
                    params,
                    IORING_SETUP_CQSIZE() | IORING_SETUP_SUBMIT_ALL() | IORING_SETUP_R_DISABLED() | mode.setUpFlags());
            io_uring_params.cq_entries(params, engine.get(UringKeys.COMPLETION));
            if (mode == TaskRun.SUBMITTER_THREAD) {
                io_uring_params.sq_thread_idle(
                        params, (int) TimeUnit.NANOSECONDS.toMillis(engine.get(UringKeys.SQPOLL_IDLE)));
                engine.get(UringKeys.SQPOLL_CPU).ifPresent(cpu -> {
                    io_uring_params.flags(params, io_uring_params.flags(params) | IORING_SETUP_SQ_AFF());
                    io_uring_params.sq_thread_cpu(params, cpu);
                });
            }
            try {
                UringCalls.queueInit(engine.get(UringKeys.SUBMISSION), ring, params);
                return mode;
            } catch (SystemCallException e) {
                if (e.errno() != EINVAL() || mode == ladder.getLast()) {
                    throw explained(e, engine);
                }
                LOG.info("io_uring: this kernel has no {}; trying with less", mode);
            }
        }
        throw new IllegalStateException("no mode to try");
    }

    private static HostException explained(SystemCallException e, Settings engine) {
        String problem;
        if (e.errno() == ENOSYS()) {
            problem = "this kernel has no io_uring (ENOSYS), or a seccomp filter hides it; use a kernel with"
                    + " CONFIG_IO_URING, and allow io_uring_setup, io_uring_enter and io_uring_register in the filter";
        } else if (e.errno() == EPERM()) {
            String disabled = disabled();
            problem = disabled.isEmpty() || disabled.equals("0")
                    ? "io_uring is forbidden here (EPERM), by a seccomp filter as containers have it; allow"
                            + " io_uring_setup,"
                            + " io_uring_enter and io_uring_register in it, or run outside the container"
                    : "io_uring is switched off (EPERM): kernel.io_uring_disabled is " + disabled
                            + "; type: sudo sysctl kernel.io_uring_disabled=0, or with 1 join the group"
                            + " kernel.io_uring_group";
        } else if (e.errno() == ENOMEM()) {
            problem =
                    "there is not enough locked memory for an io_uring of " + engine.get(UringKeys.SUBMISSION) + " and "
                            + engine.get(UringKeys.COMPLETION)
                            + " entries (ENOMEM); raise `ulimit -l`, or set engine.uring.completion lower";
        } else {
            problem = "an io_uring can't be made (" + e.getMessage() + "); set engine.uring to its defaults, and see"
                    + " the kernel log";
        }
        return new HostException(problem, e);
    }

    private static String disabled() {
        try {
            return Files.readString(DISABLED).strip();
        } catch (IOException e) { // older kernels do not have this switch
            return "";
        }
    }

    /** Sets up busy polling ({@code IORING_REGISTER_NAPI}); returns the result, for the log. */
    private static String busyPoll(Settings engine, int fd) {
        if (engine.get(UringKeys.BUSY_POLL) == 0) {
            return "";
        }
        try {
            registerBusyPoll(fd, engine.get(UringKeys.BUSY_POLL));
            return ", busy polling " + TimeUnit.NANOSECONDS.toMicros(engine.get(UringKeys.BUSY_POLL)) + " us";
        } catch (SystemCallException e) {
            LOG.warn(
                    "io_uring: this kernel can't busy-poll a ring ({}); going on without, set engine.uring.busy-poll ="
                            + " 0us, or busy-poll of the ports",
                    e.errnoName());
            return "";
        }
    }

    static void registerBusyPoll(int fd, long ns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment napi = io_uring_napi.allocate(arena);
            io_uring_napi.busy_poll_to(napi, (int) TimeUnit.NANOSECONDS.toMicros(ns));
            UringCalls.register(fd, IORING_REGISTER_NAPI(), napi, 1);
        }
    }

    /** Sets up {@code min-wait}; returns the result, for the log. */
    private static String coalesce(Settings engine, Uring uring, UringFeatures features) {
        if (engine.get(UringKeys.MIN_WAIT) == 0) {
            return "";
        }
        if (!features.hasMinWait()) {
            LOG.warn("io_uring: this kernel has no least time to wait (Linux 6.12 has it); going on without, a"
                    + " poller that"
                    + " sleeps wakes for every datagram; set engine.uring.min-wait = 0us");
            return "";
        }
        int us =
                // 0 would mean no limit
                Math.max(1, (int) TimeUnit.NANOSECONDS.toMicros(engine.get(UringKeys.MIN_WAIT)));
        uring.waitAtLeast(us, engine.get(UringKeys.COMPLETION) / 2);
        return ", waits for at least " + us + " us";
    }

    /**
     * An entry and its index are the same, if there are indices at all: newer libraries ask for a ring without them.
     */
    private static SubmissionQueue submissions(MemorySegment ring, MemorySegment params, Arena arena) {
        MemorySegment queue = io_uring.sq(ring);
        MemorySegment words = memory(io_uring_sq.ring_ptr(queue), io_uring_sq.ring_sz(queue), arena);
        int size = io_uring_params.sq_entries(params);
        if ((io_uring_params.flags(params) & IORING_SETUP_NO_SQARRAY()) == 0) {
            MemorySegment indices = memory(io_uring_sq.array(queue), (long) size * Integer.BYTES, arena);
            for (int i = 0; i < size; i++) {
                indices.setAtIndex(ValueLayout.JAVA_INT, i, i);
            }
        }
        MemorySegment entries = memory(io_uring_sq.sqes(queue), (long) size * SubmissionEntry.LENGTH, arena);
        return new SubmissionQueue(
                words,
                entries,
                offset(io_uring_sq.khead(queue), words),
                offset(io_uring_sq.ktail(queue), words),
                offset(io_uring_sq.kflags(queue), words),
                size);
    }

    private static CompletionQueue completions(MemorySegment ring, Arena arena) {
        MemorySegment queue = io_uring.cq(ring);
        MemorySegment words = memory(io_uring_cq.ring_ptr(queue), io_uring_cq.ring_sz(queue), arena);
        int size = io_uring_cq.kring_entries(queue).reinterpret(Integer.BYTES).get(ValueLayout.JAVA_INT, 0);
        return new CompletionQueue(
                words,
                offset(io_uring_cq.khead(queue), words),
                offset(io_uring_cq.ktail(queue), words),
                offset(io_uring_cq.koverflow(queue), words),
                offset(io_uring_cq.cqes(queue), words),
                size);
    }

    /** Returns memory that liburing has mapped. The arena ends access to it; {@code io_uring_queue_exit} unmaps it. */
    private static MemorySegment memory(MemorySegment start, long lengthBytes, Arena arena) {
        return start.reinterpret(lengthBytes, arena, null);
    }

    private static long offset(MemorySegment word, MemorySegment words) {
        return word.address() - words.address();
    }
}

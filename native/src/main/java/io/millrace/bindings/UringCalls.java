package io.millrace.bindings;

import static io.millrace.bindings.uring.uring_h.io_uring_enter2$handle;

import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of io_uring, through liburing: {@link NativeLibrary#require} LIBURING before the first. Flags and
 * structures come from the generated {@link uring_h} and its neighbours.
 *
 * <p>{@link #enter} is for a poller's duty cycle: it neither allocates nor throws for what the kernel says. The others
 * are for set-up and tear-down, and throw {@link SystemCallException}. All are for any thread, as far as the ring is:
 * one that was set up with IORING_SETUP_SINGLE_ISSUER takes them from its own thread alone.
 */
public final class UringCalls {

    private static final MethodHandle ENTER2 = io_uring_enter2$handle();

    private UringCalls() {}

    /**
     * Submits and waits: io_uring_enter(2). Not linked as critical, since it may sleep.
     *
     * @param ringFd        the ring's descriptor; its registered index with IORING_ENTER_REGISTERED_RING
     * @param toSubmit      how many entries of the submission queue to take, at most
     * @param minComplete   with IORING_ENTER_GETEVENTS, how many completions to wait for; 0 only looks
     * @param flags         IORING_ENTER_GETEVENTS…
     * @param argument      {@link io.millrace.bindings.uring.io_uring_getevents_arg} with IORING_ENTER_EXT_ARG; else a
     *                      signal mask, or NULL
     * @param argumentBytes the length of the argument; without IORING_ENTER_EXT_ARG that of the kernel's signal mask
     * @return how many entries were taken; when none was, maybe an errno negated: ETIME after the time-out, EINTR after
     *         a signal, EBUSY or EAGAIN when the kernel lacks room, EBADR when completions were lost
     */
    public static int enter(
            int ringFd, int toSubmit, int minComplete, int flags, MemorySegment argument, long argumentBytes) {
        try {
            return (int) ENTER2.invokeExact(ringFd, toSubmit, minComplete, flags, argument, argumentBytes);
        } catch (Throwable e) {
            throw SocketCalls.unexpected(e);
        }
    }

    /**
     * Registers something with a ring, or asks it: io_uring_register(2).
     *
     * @param ringFd   the ring's descriptor
     * @param opcode   IORING_REGISTER_ENABLE_RINGS…
     * @param argument what the opcode wants, mostly an array; NULL for nothing
     * @param count    the length of that array, or what else the opcode makes of it
     * @return what the opcode returns, mostly 0
     */
    public static int register(int ringFd, int opcode, MemorySegment argument, int count) {
        return checked(
                "io_uring_register opcode " + opcode, uring_h.io_uring_register(ringFd, opcode, argument, count));
    }

    /**
     * Sets a ring up and maps its queues. ENOSYS or EPERM is thrown where io_uring is switched off, EINVAL for a flag
     * that the kernel does not know.
     *
     * @param entries the size of the submission queue, rounded up to a power of two
     * @param ring    receives the {@link io.millrace.bindings.uring.io_uring}; the caller's, who keeps it until
     *                {@link #queueExit}
     * @param params  {@link io.millrace.bindings.uring.io_uring_params}, zero but for what is asked for; receives the
     *                sizes, features and offsets
     */
    public static void queueInit(int entries, MemorySegment ring, MemorySegment params) {
        checked("io_uring_queue_init_params", uring_h.io_uring_queue_init_params(entries, ring, params));
    }

    /**
     * Unmaps a ring's queues and closes its descriptor. What is still in flight is cancelled, but maybe not by the time
     * that this returns: memory that the kernel writes to has to outlive it.
     *
     * @param ring what {@link #queueInit} filled, once
     */
    public static void queueExit(MemorySegment ring) {
        uring_h.io_uring_queue_exit(ring);
    }

    private static int checked(String call, int result) {
        if (result < 0) {
            throw new SystemCallException(call, -result);
        }
        return result;
    }
}
